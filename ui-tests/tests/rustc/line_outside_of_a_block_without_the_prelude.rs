struct Guest;

impl Guest {
    #[line("NICK")]
    fn nick(&mut self, _name: &str) {}
}

fn main() {}
