struct Guest;

fn serve(_guests: &mux_runtime::testing::Server<Guest>) {}

fn main() {}
