//! Hooks are found wherever the shared value's type has some, and only there.
use mux_runtime::{Hooks, Session, mux_hooks, mux_server};

#[derive(Default)]
struct Hooked<T>(T);

#[mux_hooks]
impl<T> Hooked<T> {
    #[hook(pre_loop)]
    fn start(&mut self) {}
}

#[derive(Default)]
struct Bare;

#[derive(Default)]
struct OfOne;

#[mux_server(shared = Hooked<u8>)]
impl OfOne {
    #[line]
    fn any(&mut self, _text: &str) {}
}

struct OfMany<T>(T);

#[mux_server(shared = Hooked<T>)]
impl<T: Default + 'static> OfMany<T> {
    #[on(connect)]
    fn connect() -> Self {
        OfMany(T::default())
    }

    #[line]
    fn any(&mut self, _text: &str) {
        let _ = &self.0;
    }
}

struct OfAny<S>(std::marker::PhantomData<S>);

#[mux_server(shared = S)]
impl<S: Hooks + 'static> OfAny<S> {
    #[on(connect)]
    fn connect() -> Self {
        OfAny(std::marker::PhantomData)
    }

    #[line]
    fn any(&mut self, _text: &str) {}
}

#[derive(Default)]
struct OfBare;

#[mux_server(shared = Bare)]
impl OfBare {
    #[line]
    fn any(&mut self, _text: &str) {}
}

fn main() {
    assert!(OfOne::HOOKS.is_some());
    assert!(OfMany::<u16>::HOOKS.is_some());
    assert!(OfAny::<Hooked<u32>>::HOOKS.is_some());
    assert!(OfBare::HOOKS.is_none());
    let _ = || mux_runtime::run::<OfOne>(Hooked(7));
}
