use mux_runtime::MuxMessage;

#[derive(MuxMessage)]
struct Tail<'a>(#[rest] &'a [u8]);

#[derive(MuxMessage)]
struct Hello<'a> {
    tail: Tail<'a>,
    id: u32,
}

#[derive(MuxMessage)]
struct Bye<'a>(#[count(u8)] Vec<Tail<'a>>);

fn main() {}
