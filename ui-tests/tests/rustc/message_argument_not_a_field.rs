use mux_runtime::MuxMessage;

struct Inner;

#[derive(MuxMessage)]
struct Hello<T>(T);

fn read(frame: &[u8]) {
    let _ = mux_runtime::parse_message::<Hello<Inner>>(frame);
}

fn main() {}
