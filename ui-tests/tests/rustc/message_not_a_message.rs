struct Hello;

fn read(frame: &[u8]) {
    let _ = mux_runtime::parse_message::<Hello>(frame);
}

fn main() {}
