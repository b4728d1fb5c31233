#[mux_server(shared = Room, ignore_case, max_line = 512)]
impl Guest {
    /// Every form of a parameter.
    #[line("SET")]
    fn set(
        &mut self,
        cx: &mut Cx<'_, Self>,
        key: &str,
        raw: &[u8],
        number: u32,
        flag: Option<bool>,
        more: Words<'_>,
    ) -> Result<(), String> {
        todo!()
    }

    #[line("QUIT", last)]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close()
    }

    #[line("SAY")]
    fn say(&mut self, to: &str, #[rest] text: &str) -> Option<&'static str> {
        todo!()
    }

    #[line("ROLL", parser = dice)]
    fn roll(&mut self, dice: Dice) {}

    #[line(parser = separated_pair(u8, tag("x"), u8))]
    fn pair(&mut self, a: u8, b: u8) {}

    #[cfg(unix)]
    #[line]
    fn other(&mut self, line: &[u8]) {}
}
