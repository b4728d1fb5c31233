//! What a packager wants of the command line: `--generate man`, `--generate completions bash`.

use std::io::{self, Write as _};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// What stands before the options in the manual page, `NAME` being the program's.
const DESCRIPTION: &str = r#".SH DESCRIPTION
\fBNAME\fR is a network server: it listens, and serves until a signal ends it. What can be set is set by options, or by the same names in a file in TOML (\fB\-\-conf\-file\fR), where \fB_\fR stands for \fB\-\fR: \fBidle_timeout = "2m"\fR. An option goes before the file. \fB\-\-check\-config\fR shows what is in force, and \fB\-\-describe markdown\fR what clients can say.
"#;

/// What stands behind the options.
const MANUAL_END: &str = r#".SH SIGNALS
.TP
TERM, INT
No more connections are accepted, and those that are there are closed when what was written to them is out. A second signal closes them at once.
.TP
QUIT
The same, but those that handle the end themselves may take as long as they like; the others are closed as on TERM.
.TP
HUP
The program is started anew, on the same sockets. Once it is ready, it serves; the connections of the process before it go on there, and are closed after drain_timeout. If it does not start, the process before it goes on, and its log says why. There is no restart in a chroot.
.TP
USR1
The log's file is opened anew.
.TP
USR2
The state is written to the log, if its level is 2 or more: what was counted, and at level 3 each connection.
.SH "EXIT STATUS"
.TP
0
It was ended by a signal.
.TP
1
It could not serve; a line on standard error says why.
.TP
2
A mistake in what was set; a line on standard error names it.
.SH FILES
None but those that are set:
.TP
\fB\-\-conf\-file\fR
The settings. It is read again on HUP.
.TP
\fB\-\-pid\-file\fR
The number of the process, as long as it lives.
.TP
\fB\-\-log\-file\fR
The log. Whoever moves it away tells by USR1 that it is to be opened anew.
.TP
\fB\-\-port\fR \fIPATH\fR|unix
A unix socket, which is removed at the end.
.SH "SEE ALSO"
.BR kill (1),
.BR systemd.service (5),
.BR signal (7)
"#;

/// The values of `--generate`, for its help.
pub(super) const WHAT: &str = "man, or completions and bash, zsh or fish";

/// What `words`, the values of `--generate`, ask for, made of the program's command line.
///
/// # Errors
/// The words ask for nothing that there is; the text names them.
pub(super) fn generate(command: Command, words: &[&str]) -> Result<String, String> {
    let mut bytes = Vec::new();
    let written = match words {
        ["man"] => manual(command, &mut bytes),
        ["completions", shell @ ("bash" | "zsh" | "fish")] => {
            let shell = match *shell {
                "bash" => Shell::Bash,
                "zsh" => Shell::Zsh,
                _ => Shell::Fish,
            };
            completions(command, shell, &mut bytes)
        }
        _ => return Err(format!("generate {:?}: not {WHAT}", words.join(" "))),
    };
    let what = |error: &dyn std::fmt::Display| format!("generate {:?}: {error}", words.join(" "));
    written.map_err(|error| what(&error))?;
    String::from_utf8(bytes).map_err(|error| what(&error))
}

fn manual(mut command: Command, out: &mut Vec<u8>) -> io::Result<()> {
    // Each option has its section below; all of them here would be a wall.
    let usage = command.render_usage().to_string();
    let usage = usage.split_whitespace().skip(1).map(in_roff).collect::<Vec<_>>().join(" ");
    let name = in_roff(command.get_name());
    let source = [Some(command.get_name()), command.get_version()];
    let source = source.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let man = Man::new(command).section("8").source(source);
    man.render_title(out)?;
    man.render_name_section(out)?;
    writeln!(out, ".SH SYNOPSIS\n\\&{usage}")?;
    out.write_all(DESCRIPTION.replace("NAME", &name).as_bytes())?;
    man.render_options_section(out)?;
    out.write_all(MANUAL_END.as_bytes())
}

/// Text that roff prints as it is.
fn in_roff(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-")
}

fn completions(mut command: Command, shell: Shell, out: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_name().to_owned();
    command.set_bin_name(&name);
    command.build();
    clap_complete::Generator::try_generate(&shell, &command, out)
}

#[cfg(test)]
mod tests {
    use clap::Arg;

    use super::*;

    fn made(words: &[&str]) -> Result<String, String> {
        let port = Arg::new("port").long("port").help("Where to listen");
        let spool = Arg::new("spool").long("spool-dir").value_name("DIR").required(true);
        generate(Command::new("chat").about("chat room").arg(port).arg(spool), words)
    }

    #[test]
    fn each_names_the_program_and_its_options() {
        for (words, parts) in [
            (
                &["man"][..],
                &[
                    ".TH chat 8  chat",
                    ".SH NAME\nchat \\- chat room\n",
                    ".SH SYNOPSIS\n\\&chat [OPTIONS] \\-\\-spool\\-dir <DIR>\n.SH DESCRIPTION\n\\fBchat\\fR",
                    "\\fB\\-\\-port\\fR",
                    "Where to listen",
                    ".SH SIGNALS",
                    ".SH FILES",
                    ".SH \"SEE ALSO\"",
                ][..],
            ),
            (&["completions", "bash"], &["_chat()", "--port"]),
            (&["completions", "zsh"], &["#compdef chat", "--port="]),
            (&["completions", "fish"], &["complete -c chat -l port"]),
        ] {
            let text = made(words).unwrap();
            for part in parts {
                assert!(text.contains(part), "{words:?}: {part} in {text}");
            }
        }
    }

    #[test]
    fn a_mistake_says_what_there_is() {
        for words in [&["html"][..], &["completions"], &["completions", "ksh"], &["man", "8"]] {
            assert_eq!(
                made(words).unwrap_err(),
                format!(
                    "generate {:?}: not man, or completions and bash, zsh or fish",
                    words.join(" ")
                )
            );
        }
    }
}
