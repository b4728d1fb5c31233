#[mux_server(framing = Resp, ignore_case)]
impl Cache {
    #[frame("PING")]
    fn ping(&mut self) -> &'static str {
        "+PONG\r\n"
    }

    #[frame("GET")]
    fn get(&mut self, cx: &mut Cx<'_, Self>, key: &[u8]) {}

    #[frame("DEL")]
    fn del(&mut self, keys: Words<'_, [u8]>) -> String {
        todo!()
    }
}
