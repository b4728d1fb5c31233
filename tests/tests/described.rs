//! What a block says is there as data.

use mux_runtime::mux_server;

#[derive(Default)]
struct Store;

#[mux_server]
impl Store {
    /// Keep a value.
    #[line("set")]
    fn set(&mut self, _key: &str, bytes: usize, #[body(bytes)] _data: &[u8]) {}

    #[line("raw")]
    fn raw(&mut self, bytes: usize, #[body(bytes * 2, bare)] _data: &[u8]) {}

    #[line("get", usage = "get KEY...")]
    fn get(&mut self, _key: &str) {}
}

#[test]
fn what_follows_a_line_and_how_a_command_is_used_is_described() {
    let commands = Store::PROTOCOL.modes[0].commands;
    let bodies = commands.iter().map(|command| command.body);
    let expected = [Some("bytes bytes and a line's end"), Some("bytes*2 bytes"), None];
    assert_eq!(bodies.collect::<Vec<_>>(), expected);
    assert_eq!(commands[0].parameters[0].name, "key");
    assert_eq!(commands[2].usage, "get KEY...");
}
