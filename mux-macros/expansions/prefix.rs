#[mux_server(max_frame = 1024)]
impl Meter {
    #[frame(prefix = be_u32)]
    fn uplink(&mut self, cx: &mut Cx<'_, Self>, message: Uplink<'_>) -> Downlink {
        todo!()
    }

    #[frame(prefix = be_u32, parser = legacy)]
    fn legacy(&mut self, number: u16) {}

    #[frame(prefix = be_u32)]
    fn text(&mut self, text: &str) {}
}
