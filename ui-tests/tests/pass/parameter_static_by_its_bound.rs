//! A type parameter that cannot borrow by the trait that bounds it needs no `'static`.

use mux_runtime::{Cx, mux_server, testing::Server};

trait Name: Default + 'static {
    const NAME: &'static str;
}

impl Name for u8 {
    const NAME: &'static str = "u8";
}

#[derive(Default)]
struct Guest<T>(T);

#[mux_server(shared = Vec<T>)]
impl<T: Name> Guest<T> {
    #[line]
    fn say(&mut self, cx: &mut Cx<'_, Self>, _line: &str) -> &'static str {
        cx.shared.push(std::mem::take(&mut self.0));
        T::NAME
    }
}

fn main() {
    let ann = Server::<Guest<u8>>::new(Vec::new()).connect("127.0.0.1:9");
    ann.sends("x\n");
    assert_eq!(ann.hears(), "u8");
}
