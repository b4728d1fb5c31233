#[mux_server(shared = Room)]
impl Guest {
    #[hook(allow_deny)]
    fn local_only(room: &mut Room, peer: &Peer) -> bool {
        peer.is_loopback()
    }

    #[hook(request_denied)]
    fn go_away(_room: &mut Room, _peer: &Peer) -> &'static str {
        "full\r\n"
    }

    #[on(connect)]
    fn arrive(cx: &mut Cx<'_, Self>) -> Option<Self> {
        None
    }

    #[on(eof)]
    fn eof(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8]) {}

    #[on(timeout)]
    fn patience(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        "bye\r\n"
    }

    #[on(drained)]
    fn drained(&mut self, cx: &mut Cx<'_, Self>) {}

    #[on(message)]
    fn told(&mut self, cx: &mut Cx<'_, Self>, message: String) {}

    #[on(malformed)]
    fn malformed(&mut self, what: &Malformed<'_>) -> String {
        what.to_string()
    }

    #[on(close)]
    fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {}

    #[input]
    fn input(&mut self, input: &[u8]) -> usize {
        input.len()
    }
}
