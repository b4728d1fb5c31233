impl Guest {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    #[doc = " Every form of a parameter."]
    fn set(
        &mut self,
        cx: &mut Cx<'_, Self>,
        key: &str,
        raw: &[u8],
        number: u32,
        flag: Option<bool>,
        more: Words<'_>,
    ) -> Result<(), String> {
        todo!()
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn quit(&mut self, cx: &mut Cx<'_, Self>) {
        cx.close()
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn say(&mut self, to: &str, text: &str) -> Option<&'static str> {
        todo!()
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn roll(&mut self, dice: Dice) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn pair(&mut self, a: u8, b: u8) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    #[cfg(unix)]
    fn other(&mut self, line: &[u8]) {}
}
const _: () = {
    #[allow(unused_imports)]
    use __p::NoHooks as _;
    use ::mux_runtime::__private as __p;
    #[allow(dead_code)]
    const __MAX_LINE: __p::usize = 512;
    const _: () = ::core::assert!(
        __MAX_LINE >= 16usize && __MAX_LINE <= 1024 * 1024 * 1024,
        "`max_line` must be between 16 bytes and 1 GiB"
    );
    #[allow(dead_code)]
    const __MAX_FRAME: __p::usize = __p::MAX_FRAME_DEFAULT;
    #[allow(dead_code)]
    const __MAX_BODY: __p::usize = __p::MAX_BODY_DEFAULT;
    const _: () = ::core::assert!(
        3usize <= __MAX_LINE,
        "this command can never match: it is longer than `max_line`"
    );
    const _: () = ::core::assert!(
        4usize <= __MAX_LINE,
        "this command can never match: it is longer than `max_line`"
    );
    const _: () = ::core::assert!(
        3usize <= __MAX_LINE,
        "this command can never match: it is longer than `max_line`"
    );
    const _: () = ::core::assert!(
        4usize <= __MAX_LINE,
        "this command can never match: it is longer than `max_line`"
    );
    const __COMMAND_0: __p::Command = __p::command(
        0usize,
        "set",
        __p::Some("SET"),
        "SET <key> <raw> <number> [flag] [more...]",
        "Every form of a parameter.",
        &[
            __p::Parameter::new("key", "&str"),
            __p::Parameter::new("raw", "&[u8]"),
            __p::Parameter::new("number", "u32"),
            __p::Parameter::new("flag", "Option<bool>"),
            __p::Parameter::new("more", "Words<'_>"),
        ],
        &[],
    );
    const __COMMAND_1: __p::Command =
        __p::command(1usize, "quit", __p::Some("QUIT"), "QUIT", "", &[], &[]);
    const __COMMAND_2: __p::Command = __p::command(
        2usize,
        "say",
        __p::Some("SAY"),
        "SAY <to> <text...>",
        "",
        &[__p::Parameter::new("to", "&str"), __p::Parameter::new("text", "&str")],
        &[],
    );
    const __COMMAND_3: __p::Command = __p::command(
        3usize,
        "roll",
        __p::Some("ROLL"),
        "ROLL <dice>",
        "",
        &[__p::Parameter::new("dice", "Dice")],
        &[],
    );
    const __COMMAND_4: __p::Command = __p::command(
        4usize,
        "pair",
        __p::None,
        "<a> <b>",
        "",
        &[__p::Parameter::new("a", "u8"), __p::Parameter::new("b", "u8")],
        &[],
    );
    #[cfg(unix)]
    const __COMMAND_5: __p::Command = __p::command(
        5usize,
        "other",
        __p::None,
        "<line>",
        "",
        &[__p::Parameter::new("line", "&[u8]")],
        &[],
    );
    #[automatically_derived]
    impl Guest {
        #[doc = r" The protocol as data: its modes, commands, limits and doc comments."]
        #[allow(dead_code)]
        pub const PROTOCOL: &'static __p::Protocol = <Self as __p::Session>::PROTOCOL;
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
    impl __p::Session for Guest {
        type Shared = Room;
        type Mode = ();
        type Message = ();
        const PROTOCOL: &'static __p::Protocol = &__p::protocol(
            "Guest",
            "",
            __p::LineEnd::Any,
            (__MAX_LINE, __MAX_FRAME, __MAX_BODY),
            true,
            &[__p::Mode::new(
                "",
                "lines that end with LF or CR LF",
                false,
                &[
                    &__COMMAND_0,
                    &__COMMAND_1,
                    &__COMMAND_2,
                    &__COMMAND_3,
                    &__COMMAND_4,
                    #[cfg(unix)]
                    &__COMMAND_5,
                ],
            )],
            6usize,
        );
        const HOOKS: __p::Option<&'static __p::SharedHooks> = __p::HooksOf::<Room>::HOOKS_OF_MUX;
        fn connect(_: &mut Self::Mode, _: &mut __p::Cx<'_, Self>) -> __p::Option<Self> {
            __p::Some(<Self as __p::Default>::default())
        }
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
                () => {
                    let (__message, __used) = match __p::take_line(
                        __input,
                        __scan,
                        __p::LineEnd::Any,
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
                                __p::Answer::Line(__p::LineEnd::Any),
                            );
                        }
                        _ => return __p::Step::More,
                    };
                    let mut __args = __p::Arguments::new(__message);
                    {
                        let mut __args = __args;
                        if let __p::Some(__word) = __p::Arguments::word(&mut __args) {
                            match __p::in_upper_case(__word, &mut [0; 4usize]) {
                                b"SET" => {
                                    let __kind = '__handler: {
                                        let __a0 = match __p::Arguments::text(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        let __a1 = match __p::Arguments::bytes(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        let __a2 = match __p::read_value::<u32>(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        let __a3 = if __p::Arguments::is_empty(&__args) {
                                            __p::None
                                        } else {
                                            __p::Some(match __p::read_value::<bool>(&mut __args) {
                                                __p::Ok(__value) => __value,
                                                __p::Err(__kind) => break '__handler __kind,
                                            })
                                        };
                                        let __a4 = match __p::Arguments::words(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        __p::count(__cx, 0usize);
                                        let __outcome =
                                            Self::set(self, __cx, __a0, __a1, __a2, __a3, __a4);
                                        match __outcome {
                                            __p::Ok(__outcome) => {
                                                let () = __outcome;
                                            }
                                            __p::Err(__error) => __p::refuse(__error, __cx),
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
                                        __p::Answer::Line(__p::LineEnd::Any),
                                        __used,
                                    );
                                }
                                b"QUIT" => {
                                    let __kind = '__handler: {
                                        if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                                            break '__handler __kind;
                                        }
                                        if __used < __input.len() {
                                            return __p::fatal(
                                                self,
                                                __mode,
                                                __cx,
                                                (__p::MalformedKind::Pipelined, __used),
                                                __p::None,
                                                __input,
                                                __p::Answer::Line(__p::LineEnd::Any),
                                            );
                                        }
                                        __p::count(__cx, 1usize);
                                        Self::quit(self, __cx);
                                        return __p::Step::Took(__used);
                                    };
                                    let __at = __p::Arguments::at(&__args);
                                    return __p::malformed(
                                        self,
                                        __mode,
                                        __cx,
                                        (__kind, __at),
                                        __p::Some(&__COMMAND_1),
                                        __message,
                                        __p::Answer::Line(__p::LineEnd::Any),
                                        __used,
                                    );
                                }
                                b"SAY" => {
                                    let __kind = '__handler: {
                                        let __a0 = match __p::Arguments::text(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        let __a1 = match __p::Arguments::rest_text(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        __p::count(__cx, 2usize);
                                        let __outcome = Self::say(self, __a0, __a1);
                                        if let __p::Some(__outcome) = __outcome {
                                            <&'static str as __p::Outcome<Self>>::apply(
                                                __outcome, __mode, __cx,
                                            );
                                        }
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
                                        __p::Answer::Line(__p::LineEnd::Any),
                                        __used,
                                    );
                                }
                                b"ROLL" => {
                                    let __rest = __p::Arguments::rest_bytes(&mut __args);
                                    let (__kind, __at) = match __p::parse_line(dice, __rest) {
                                        __p::Ok(__output) => {
                                            let __a0: Dice = __output;
                                            __p::count(__cx, 3usize);
                                            Self::roll(self, __a0);
                                            return __p::Step::Took(__used);
                                        }
                                        __p::Err((__kind, __at)) => {
                                            (__kind, __p::Arguments::at(&__args) + __at)
                                        }
                                    };
                                    return __p::malformed(
                                        self,
                                        __mode,
                                        __cx,
                                        (__kind, __at),
                                        __p::Some(&__COMMAND_3),
                                        __message,
                                        __p::Answer::Line(__p::LineEnd::Any),
                                        __used,
                                    );
                                }
                                _ => {}
                            }
                        }
                    }
                    let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);
                    match __p::parse_line(separated_pair(u8, tag("x"), u8), __message) {
                        __p::Ok(__output) => {
                            let (__a0, __a1): (u8, u8) = __output;
                            __p::count(__cx, 4usize);
                            Self::pair(self, __a0, __a1);
                            return __p::Step::Took(__used);
                        }
                        __p::Err((__kind, __at)) => {
                            __p::nearer(&mut __nearest, __kind, __at, &__COMMAND_4);
                        }
                    }
                    #[cfg(unix)]
                    {
                        let __a0 = __message;
                        __p::count(__cx, 5usize);
                        Self::other(self, __a0);
                        return __p::Step::Took(__used);
                    }
                    return __p::malformed(
                        self,
                        __mode,
                        __cx,
                        (__nearest.0, __nearest.1),
                        __nearest.2,
                        __message,
                        __p::Answer::Line(__p::LineEnd::Any),
                        __used,
                    );
                }
            }
        }
    }
};
