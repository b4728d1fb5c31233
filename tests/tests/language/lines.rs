//! How lines end, and how long they may be.

use mux_runtime::{CloseReason, Cx, mux_server, testing};

use super::{ask, hears};

macro_rules! echo {
    ($name:ident, $($options:tt)*) => {
        #[derive(Default)]
        struct $name;

        #[mux_server($($options)*)]
        impl $name {
            #[line]
            fn echo(&mut self, cx: &mut Cx<'_, Self>, line: &[u8]) {
                write!(cx.out, "[{}]", line.escape_ascii());
            }
        }
    };
}

echo!(Lf, line = lf);
echo!(Crlf, line = crlf);
echo!(Any, line = any);
echo!(Short, max_line = 16);
echo!(ShortCrlf, max_line = 8 * 2, line = crlf);

#[test]
fn a_line_ends_as_declared() {
    assert_eq!(hears::<Lf>("a\nb\r\n\n\rc\n"), "[a][b\\r][][\\rc]");
    assert_eq!(hears::<Any>("a\nb\r\n\n\rc\r\r\n"), "[a][b][][\\rc\\r]");
    assert_eq!(hears::<Crlf>("a\r\n\r\nb b\r\n"), "[a][][b b]");
}

#[test]
fn where_lines_end_with_crlf_either_byte_alone_closes() {
    for script in ["a\nb\r\n", "\n", "a\rb\r\n", "a\r\r\n", "a\n\r\n"] {
        let told = ("wrong line end\r\n".into(), true);
        assert_eq!(ask::<Crlf>(script), told, "{script:?}");
        let after = format!("ok\r\n{script}never\r\n");
        assert_eq!(ask::<Crlf>(after).0, "[ok]wrong line end\r\n", "{script:?}");
    }
}

#[test]
fn a_last_line_without_its_end_is_delivered_unless_that_is_crlf() {
    fn last<P: mux_runtime::Session<Shared = ()>>() -> (String, Option<CloseReason>) {
        let client = testing::Server::<P>::new(()).connect("127.0.0.1:9");
        client.sends("a\r\nb");
        client.finishes();
        (client.hears(), client.closed())
    }
    assert_eq!(last::<Lf>(), ("[a\\r][b]".into(), Some(CloseReason::Finished)));
    assert_eq!(last::<Any>(), ("[a][b]".into(), Some(CloseReason::Finished)));
    assert_eq!(last::<Crlf>(), ("[a]wrong line end\r\n".into(), Some(CloseReason::Malformed)));
}

#[test]
fn the_bound_of_a_line_is_inclusive_and_does_not_count_its_end() {
    let (longest, long) = ("0123456789abcdef", "0123456789abcdefg");
    for end in ["\n", "\r\n"] {
        assert_eq!(hears::<Short>(format!("{longest}{end}")), format!("[{longest}]"));
        let answer = ("longer than 16 bytes\r\n".into(), true);
        assert_eq!(ask::<Short>(format!("{long}{end}next\n")), answer);
    }
    assert_eq!(hears::<ShortCrlf>(format!("{longest}\r\n")), format!("[{longest}]"));
    assert!(ask::<ShortCrlf>(long).1);
    // It is refused as soon as it is too long, not when it ends.
    assert_eq!(hears::<Short>(longest), "");
    assert_eq!(hears::<Short>(format!("{longest}\r")), "");
    assert!(ask::<Short>(long).1);
}
