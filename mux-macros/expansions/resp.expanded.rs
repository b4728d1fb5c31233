impl Cache {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn ping(&mut self) -> &'static str {
        "+PONG\r\n"
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn get(&mut self, cx: &mut Cx<'_, Self>, key: &[u8]) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn del(&mut self, keys: Words<'_, [u8]>) -> String {
        todo!()
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
    const __MAX_BODY: __p::usize = __p::MAX_BODY_DEFAULT;
    const __COMMAND_0: __p::Command =
        __p::command(0usize, "ping", __p::Some("PING"), "PING", "", &[], &[]);
    const __COMMAND_1: __p::Command = __p::command(
        1usize,
        "get",
        __p::Some("GET"),
        "GET <key>",
        "",
        &[__p::Parameter::new("key", "&[u8]")],
        &[],
    );
    const __COMMAND_2: __p::Command = __p::command(
        2usize,
        "del",
        __p::Some("DEL"),
        "DEL [keys...]",
        "",
        &[__p::Parameter::new("keys", "Words<'_, [u8]>")],
        &[],
    );
    #[automatically_derived]
    impl Cache {
        #[doc = r" The protocol as data: its modes, commands, limits and doc comments."]
        #[allow(dead_code)]
        pub const PROTOCOL: &'static __p::Protocol = <Self as __p::Session>::PROTOCOL;
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
    impl __p::Session for Cache {
        type Shared = ();
        type Mode = ();
        type Message = ();
        const PROTOCOL: &'static __p::Protocol = &__p::protocol(
            "Cache",
            "",
            __p::LineEnd::Any,
            (__MAX_LINE, __MAX_FRAME, __MAX_BODY),
            true,
            &[__p::Mode::new(
                "",
                "frames of Resp",
                false,
                &[&__COMMAND_0, &__COMMAND_1, &__COMMAND_2],
            )],
            3usize,
        );
        const HOOKS: __p::Option<&'static __p::SharedHooks> = __p::HooksOf::<()>::HOOKS_OF_MUX;
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
                    let (__message, mut __used, mut __args) = match <Resp as __p::Framing>::cut(
                        __input,
                        __scan,
                        __p::frame_max(__cx, __MAX_FRAME),
                    ) {
                        __p::Cut::Whole(__frame, __used) => {
                            (__frame, __used, __p::Arguments::framed::<Resp>(__frame))
                        }
                        __p::Cut::Partial => return __p::Step::More,
                        __p::Cut::Line => {
                            let (__line, __used) = match __p::take_line(
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
                                        __p::Answer::Framed(<Resp as __p::Framing>::error),
                                    );
                                }
                                _ => return __p::Step::More,
                            };
                            (__line, __used, __p::Arguments::new(__line))
                        }
                        __p::Cut::Wrong(__kind, __at) => {
                            return __p::fatal(
                                self,
                                __mode,
                                __cx,
                                (__kind, __at),
                                __p::None,
                                __input,
                                __p::Answer::Framed(<Resp as __p::Framing>::error),
                            );
                        }
                    };
                    {
                        let mut __args = __args;
                        if let __p::Some(__word) = __p::Arguments::word(&mut __args) {
                            match __p::in_upper_case(__word, &mut [0; 4usize]) {
                                b"PING" => {
                                    let __kind = '__handler: {
                                        if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                                            break '__handler __kind;
                                        }
                                        __p::count(__cx, 0usize);
                                        let __outcome = Self::ping(self);
                                        <&'static str as __p::Outcome<Self>>::apply(
                                            __outcome, __mode, __cx,
                                        );
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
                                        __p::Answer::Framed(<Resp as __p::Framing>::error),
                                        __used,
                                    );
                                }
                                b"GET" => {
                                    let __kind = '__handler: {
                                        let __a0 = match __p::Arguments::bytes(&mut __args) {
                                            __p::Ok(__value) => __value,
                                            __p::Err(__kind) => break '__handler __kind,
                                        };
                                        if let __p::Err(__kind) = __p::Arguments::end(&mut __args) {
                                            break '__handler __kind;
                                        }
                                        __p::count(__cx, 1usize);
                                        Self::get(self, __cx, __a0);
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
                                        __p::Answer::Framed(<Resp as __p::Framing>::error),
                                        __used,
                                    );
                                }
                                b"DEL" => {
                                    let __kind = '__handler: {
                                        let __a0 = __p::Arguments::byte_words(&mut __args);
                                        __p::count(__cx, 2usize);
                                        let __outcome = Self::del(self, __a0);
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
                                        __p::Answer::Framed(<Resp as __p::Framing>::error),
                                        __used,
                                    );
                                }
                                _ => {}
                            }
                        } else {
                            return __p::Step::Took(__used);
                        }
                    }
                    return __p::malformed(
                        self,
                        __mode,
                        __cx,
                        (__p::MalformedKind::Unknown, 0),
                        __p::None,
                        __message,
                        __p::Answer::Framed(<Resp as __p::Framing>::error),
                        __used,
                    );
                }
            }
        }
    }
};
