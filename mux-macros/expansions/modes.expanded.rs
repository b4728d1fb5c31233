impl Mail {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn data(&mut self) -> Result<Data, &'static str> {
        Ok(Data::default())
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    #[allow(unused_variables)]
    fn put(&mut self, key: &str, length: usize, body: &[u8]) -> &'static str {
        "250 ok\r\n"
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn stream(&mut self, left: u64) -> Upload {
        Upload { left }
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn line(&mut self, data: &mut Data, line: &[u8]) -> Option<Command> {
        (line == b".").then_some(Command)
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn piece(&mut self, upload: &mut Upload, piece: &[u8]) -> Option<Command> {
        upload.left -= piece.len() as u64;
        (upload.left == 0).then_some(Command)
    }
}
const _: () = {
    #[allow(unused_imports)]
    use __p::NoHooks as _;
    use ::mux_runtime::__private as __p;
    #[allow(dead_code)]
    const __MAX_LINE: __p::usize = __p::MAX_LINE_DEFAULT;
    #[allow(dead_code)]
    const __MAX_FRAME: __p::usize = __p::MAX_FRAME_DEFAULT;
    #[allow(dead_code)]
    const __MAX_BODY: __p::usize = 4096;
    const _: () = ::core::assert!(
        __MAX_BODY >= 0usize && __MAX_BODY <= 1024 * 1024 * 1024,
        "`max_body` must be between 0 bytes and 1 GiB"
    );
    const __COMMAND_0: __p::Command =
        __p::command(0usize, "data", __p::Some("DATA"), "DATA", "", &[], &["Data"]);
    const __COMMAND_1: __p::Command = __p::command(
        1usize,
        "put",
        __p::Some("PUT"),
        "PUT <key> <length>",
        "",
        &[__p::Parameter::new("key", "&str"), __p::Parameter::new("length", "usize")],
        &[],
    )
    .with_body("length bytes and a line's end");
    const __COMMAND_2: __p::Command = __p::command(
        2usize,
        "stream",
        __p::Some("STREAM"),
        "STREAM <left>",
        "",
        &[__p::Parameter::new("left", "u64")],
        &["Upload"],
    );
    const __COMMAND_3: __p::Command = __p::command(
        3usize,
        "line",
        __p::None,
        "<line>",
        "",
        &[__p::Parameter::new("line", "&[u8]")],
        &["Command"],
    );
    const __COMMAND_4: __p::Command = __p::command(
        4usize,
        "piece",
        __p::None,
        "<piece>",
        "",
        &[__p::Parameter::new("piece", "&[u8]")],
        &["Command"],
    );
    #[allow(private_interfaces)]
    pub enum __Mode {
        __M0(Command),
        __M1(Data),
        __M2(Upload),
    }
    #[automatically_derived]
    impl __p::Default for __Mode {
        fn default() -> Self {
            __Mode::__M0(<Command as __p::Default>::default())
        }
    }
    #[automatically_derived]
    impl __p::Outcome<Mail> for Command {
        fn apply(self, __mode: &mut __Mode, __cx: &mut __p::Cx<'_, Mail>) {
            *__mode = __Mode::__M0(self);
            __p::enter(__cx);
        }
    }
    #[automatically_derived]
    impl __p::Outcome<Mail> for Data {
        fn apply(self, __mode: &mut __Mode, __cx: &mut __p::Cx<'_, Mail>) {
            *__mode = __Mode::__M1(self);
            __p::enter(__cx);
        }
    }
    #[automatically_derived]
    impl __p::Outcome<Mail> for Upload {
        fn apply(self, __mode: &mut __Mode, __cx: &mut __p::Cx<'_, Mail>) {
            *__mode = __Mode::__M2(self);
            __p::enter(__cx);
        }
    }
    #[automatically_derived]
    impl Mail {
        #[doc = r" The protocol as data: its modes, commands, limits and doc comments."]
        #[allow(dead_code)]
        pub const PROTOCOL: &'static __p::Protocol = <Self as __p::Session>::PROTOCOL;
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
    impl __p::Session for Mail {
        type Shared = ();
        type Mode = __Mode;
        type Message = ();
        const PROTOCOL: &'static __p::Protocol = &__p::protocol(
            "Mail",
            "",
            __p::LineEnd::Crlf,
            (__MAX_LINE, __MAX_FRAME, __MAX_BODY),
            false,
            &[
                __p::Mode::new(
                    "Command",
                    "lines that end with CR LF",
                    false,
                    &[&__COMMAND_0, &__COMMAND_1, &__COMMAND_2],
                ),
                __p::Mode::new("Data", "lines that end with CR LF", false, &[&__COMMAND_3]),
                __p::Mode::new("Upload", "upload.left bytes, as they come", true, &[&__COMMAND_4]),
            ],
            5usize,
        );
        const HOOKS: __p::Option<&'static __p::SharedHooks> = __p::HooksOf::<()>::HOOKS_OF_MUX;
        fn connect(_: &mut Self::Mode, _: &mut __p::Cx<'_, Self>) -> __p::Option<Self> {
            __p::Some(<Self as __p::Default>::default())
        }
        const TAKES_EMPTY: __p::bool = true;
        #[allow(
            irrefutable_let_patterns,
            unreachable_code,
            unreachable_patterns,
            unused_assignments,
            unused_labels,
            unused_mut,
            unused_variables
        )]
        fn step(
            &mut self,
            __mode: &mut Self::Mode,
            __cx: &mut __p::Cx<'_, Self>,
            __input: &[__p::u8],
            __scan: &mut __p::Scan,
        ) -> __p::Step {
            match __mode {
                __Mode::__M0(__data) => {
                    let (__message, __line_used) = match __p::take_line(
                        __input,
                        __scan,
                        __p::LineEnd::Crlf,
                        __p::line_max(__cx, __MAX_LINE),
                    ) {
                        __p::Cut::Whole(__line, __used) => (__line, __used),
                        __p::Cut::Wrong(__kind, __at) => {
                            return __p::fatal(
                                self,
                                __mode,
                                __cx,
                                (__kind, __at),
                                __p::None,
                                __input,
                                __p::Answer::Line(__p::LineEnd::Crlf),
                            );
                        }
                        _ => return __p::Step::More,
                    };
                    let mut __used = __line_used;
                    let mut __args = __p::Arguments::new(__message);
                    {
                        let mut __args = __args;
                        if let __p::Some(__word) = __p::Arguments::word(&mut __args) {
                            match __word {
                                b"DATA" => {
                                    let __kind = '__handler: {
                                        if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                                            break '__handler __kind;
                                        }
                                        __p::count(__cx, 0usize);
                                        let __outcome = Self::data(self);
                                        match __outcome {
                                            __p::Ok(__outcome) => {
                                                __p::Outcome::<Self>::apply(
                                                    __outcome, __mode, __cx,
                                                );
                                            }
                                            __p::Err(__error) => {
                                                __p::refuse::<&'static str, Self>(__error, __cx)
                                            }
                                        }
                                        return __p::Step::Took(__used);
                                    };
                                    let __at = __p::Arguments::at(&__args);
                                    return __p::malformed(
                                        self,
                                        __mode,
                                        __cx,
                                        (__kind, __at),
                                        __p::Some(&__COMMAND_0),
                                        __message,
                                        __p::Answer::Line(__p::LineEnd::Crlf),
                                        __used,
                                    );
                                }
                                b"PUT" => {
                                    let (__kind, __at) = '__handler: {
                                        let mut __wrong = __p::None;
                                        let key = __p::noted(
                                            __p::Arguments::text(&mut __args),
                                            &__args,
                                            &mut __wrong,
                                        );
                                        let length = __p::noted(
                                            __p::read_value::<usize>(&mut __args),
                                            &__args,
                                            &mut __wrong,
                                        );
                                        let _ = __p::noted(
                                            __p::Arguments::end(&mut __args),
                                            &__args,
                                            &mut __wrong,
                                        );
                                        let (__length, length) = match (length,) {
                                            (__p::Some(length),) => {
                                                ({ __p::length(length) }, __p::Some(length))
                                            }
                                            (length,) => (__p::None, length),
                                        };
                                        let __p::Some(__length) = __length else {
                                            let __at = __p::Arguments::at(&__args);
                                            let __wrong = __p::Option::unwrap_or(
                                                __wrong,
                                                (__p::MalformedKind::Argument, __at),
                                            );
                                            return __p::fatal(
                                                self,
                                                __mode,
                                                __cx,
                                                __wrong,
                                                __p::None,
                                                __message,
                                                __p::Answer::Line(__p::LineEnd::Crlf),
                                            );
                                        };
                                        let __body = match __p::take_body(
                                            __input,
                                            __scan,
                                            __line_used,
                                            __length,
                                            __p::Some(__p::LineEnd::Crlf),
                                            __MAX_BODY,
                                        ) {
                                            __p::Cut::Whole(__body, __behind) => {
                                                __used = __behind;
                                                __body
                                            }
                                            __p::Cut::Wrong(__kind, __at) => {
                                                return __p::fatal(
                                                    self,
                                                    __mode,
                                                    __cx,
                                                    (__kind, __at),
                                                    __p::None,
                                                    __input,
                                                    __p::Answer::Line(__p::LineEnd::Crlf),
                                                );
                                            }
                                            _ => return __p::Step::More,
                                        };
                                        let (__p::None, __p::Some(key), __p::Some(length)) =
                                            (__wrong, key, length)
                                        else {
                                            break '__handler __p::Option::unwrap_or(
                                                __wrong,
                                                (__p::MalformedKind::Argument, 0),
                                            );
                                        };
                                        __p::count(__cx, 1usize);
                                        let __outcome = Self::put(self, key, length, __body);
                                        <&'static str as __p::Outcome<Self>>::apply(
                                            __outcome, __mode, __cx,
                                        );
                                        return __p::Step::Took(__used);
                                    };
                                    return __p::malformed(
                                        self,
                                        __mode,
                                        __cx,
                                        (__kind, __at),
                                        __p::Some(&__COMMAND_1),
                                        __message,
                                        __p::Answer::Line(__p::LineEnd::Crlf),
                                        __used,
                                    );
                                }
                                b"STREAM" => {
                                    let __kind = '__handler: {
                                        let __a0 = match __p::read_value::<u64>(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                                            break '__handler __kind;
                                        }
                                        __p::count(__cx, 2usize);
                                        let __outcome = Self::stream(self, __a0);
                                        __p::Outcome::<Self>::apply(__outcome, __mode, __cx);
                                        return __p::Step::Took(__used);
                                    };
                                    let __at = __p::Arguments::at(&__args);
                                    return __p::malformed(
                                        self,
                                        __mode,
                                        __cx,
                                        (__kind, __at),
                                        __p::Some(&__COMMAND_2),
                                        __message,
                                        __p::Answer::Line(__p::LineEnd::Crlf),
                                        __used,
                                    );
                                }
                                _ => {}
                            }
                        }
                    }
                    return __p::malformed(
                        self,
                        __mode,
                        __cx,
                        (__p::MalformedKind::Unknown, 0),
                        __p::None,
                        __message,
                        __p::Answer::Line(__p::LineEnd::Crlf),
                        __used,
                    );
                }
                __Mode::__M1(__data) => {
                    let (__message, __used) = match __p::take_line(
                        __input,
                        __scan,
                        __p::LineEnd::Crlf,
                        __p::line_max(__cx, __MAX_LINE),
                    ) {
                        __p::Cut::Whole(__line, __used) => (__line, __used),
                        __p::Cut::Wrong(__kind, __at) => {
                            return __p::fatal(
                                self,
                                __mode,
                                __cx,
                                (__kind, __at),
                                __p::None,
                                __input,
                                __p::Answer::Line(__p::LineEnd::Crlf),
                            );
                        }
                        _ => return __p::Step::More,
                    };
                    {
                        let __a0 = __message;
                        __p::count(__cx, 3usize);
                        let __outcome = Self::line(self, __data, __a0);
                        if let __p::Some(__outcome) = __outcome {
                            __p::Outcome::<Self>::apply(__outcome, __mode, __cx);
                        }
                        return __p::Step::Took(__used);
                    }
                }
                __Mode::__M2(__data) => {
                    let __length = {
                        let upload = &*__data;
                        __p::length(upload.left)
                    };
                    let __p::Some(__length) = __length else {
                        return __p::fatal(
                            self,
                            __mode,
                            __cx,
                            (__p::MalformedKind::Length, 0),
                            __p::None,
                            __input,
                            __p::Answer::Close,
                        );
                    };
                    if __input.is_empty() && __length > 0 {
                        if __scan.eof {
                            return __p::fatal(
                                self,
                                __mode,
                                __cx,
                                (__p::MalformedKind::Unfinished, 0),
                                __p::None,
                                __input,
                                __p::Answer::Close,
                            );
                        }
                        __scan.need = 1;
                        return __p::Step::More;
                    }
                    let __used = __p::min(__length, __input.len());
                    let __message = &__input[..__used];
                    let __a0 = __message;
                    if __used == __length {
                        __p::count(__cx, 4usize);
                    }
                    let __outcome = Self::piece(self, __data, __a0);
                    if let __p::Some(__outcome) = __outcome {
                        __p::Outcome::<Self>::apply(__outcome, __mode, __cx);
                    }
                    return __p::Step::Took(__used);
                }
            }
        }
    }
};
