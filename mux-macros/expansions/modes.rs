#[mux_server(modes(Command, Data, Upload), line = crlf, max_body = 4096)]
impl Mail {
    #[line("DATA")]
    fn data(&mut self) -> Result<Data, &'static str> {
        Ok(Data::default())
    }

    #[line("PUT")]
    fn put(&mut self, key: &str, length: usize, #[body(length)] body: &[u8]) -> &'static str {
        "250 ok\r\n"
    }

    #[line("STREAM")]
    fn stream(&mut self, left: u64) -> Upload {
        Upload { left }
    }

    #[line(mode = Data)]
    fn line(&mut self, data: &mut Data, line: &[u8]) -> Option<Command> {
        (line == b".").then_some(Command)
    }

    #[chunk(upload.left, mode = Upload)]
    fn piece(&mut self, upload: &mut Upload, piece: &[u8]) -> Option<Command> {
        upload.left -= piece.len() as u64;
        (upload.left == 0).then_some(Command)
    }
}
