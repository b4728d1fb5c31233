use mux_runtime::mux_server;

#[derive(Default)]
struct Guest;

fn number<T: std::str::FromStr>(input: &[u8]) -> nom::IResult<&[u8], T> {
    let (rest, digits) = nom::character::complete::digit1(input)?;
    let number = str::from_utf8(digits).ok().and_then(|text| text.parse().ok());
    number.map(|number| (rest, number)).ok_or(nom::Err::Error(nom::error::Error::new(
        input,
        nom::error::ErrorKind::Digit,
    )))
}

#[mux_server]
impl Guest {
    #[line("GO", parser = number)]
    fn go(&mut self, _number: &str) {}
}

fn main() {}
