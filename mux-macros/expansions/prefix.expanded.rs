impl Meter {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn uplink(&mut self, cx: &mut Cx<'_, Self>, message: Uplink<'_>) -> Downlink {
        todo!()
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn legacy(&mut self, number: u16) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn text(&mut self, text: &str) {}
}
const _: () = {
    #[allow(unused_imports)]
    use __p::NoHooks as _;
    #[allow(unused_imports)]
    use __p::NoShape as _;
    use ::mux_runtime::__private as __p;
    #[allow(dead_code)]
    const __MAX_LINE: __p::usize = __p::MAX_LINE_DEFAULT;
    #[allow(dead_code)]
    const __MAX_FRAME: __p::usize = 1024;
    const _: () = ::core::assert!(
        __MAX_FRAME >= 1usize && __MAX_FRAME <= 1024 * 1024 * 1024,
        "`max_frame` must be between 1 byte and 1 GiB"
    );
    #[allow(dead_code)]
    const __MAX_BODY: __p::usize = __p::MAX_BODY_DEFAULT;
    const __COMMAND_0: __p::Command = __p::command(
        0usize,
        "uplink",
        __p::None,
        "<message>",
        "",
        &[__p::Parameter::new("message", "Uplink<'_>")],
        &[],
    )
    .with_message(__p::ShapeOf::<Uplink<'_>>::SHAPE);
    const __COMMAND_1: __p::Command = __p::command(
        1usize,
        "legacy",
        __p::None,
        "<number>",
        "",
        &[__p::Parameter::new("number", "u16")],
        &[],
    );
    const __COMMAND_2: __p::Command = __p::command(
        2usize,
        "text",
        __p::None,
        "<text>",
        "",
        &[__p::Parameter::new("text", "&str")],
        &[],
    );
    #[automatically_derived]
    impl Meter {
        #[doc = r" The protocol as data: its modes, commands, limits and doc comments."]
        #[allow(dead_code)]
        pub const PROTOCOL: &'static __p::Protocol = <Self as __p::Session>::PROTOCOL;
    }
    #[automatically_derived]
    #[allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
    impl __p::Session for Meter {
        type Shared = ();
        type Mode = ();
        type Message = ();
        const PROTOCOL: &'static __p::Protocol = &__p::protocol(
            "Meter",
            "",
            __p::LineEnd::Any,
            (__MAX_LINE, __MAX_FRAME, __MAX_BODY),
            false,
            &[__p::Mode::new(
                "",
                "frames behind a be_u32 length",
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
                    let (__message, __used) = match __p::take_prefixed(
                        __input,
                        __scan,
                        __p::Prefix::BeU32,
                        __p::frame_max(__cx, __MAX_FRAME),
                    ) {
                        __p::Cut::Whole(__frame, __used) => (__frame, __used),
                        __p::Cut::Wrong(__kind, __at) => {
                            return __p::fatal(
                                self,
                                __mode,
                                __cx,
                                (__kind, __at),
                                __p::None,
                                __input,
                                __p::Answer::Close,
                            );
                        }
                        _ => return __p::Step::More,
                    };
                    let mut __nearest = (__p::MalformedKind::Unknown, 0, __p::None);
                    match __p::parse_message::<Uplink<'_>>(__message) {
                        __p::Ok(__output) => {
                            let __a0: Uplink<'_> = __output;
                            __p::count(__cx, 0usize);
                            let __outcome = Self::uplink(self, __cx, __a0);
                            __p::Outcome::<Self>::apply(__outcome, __mode, __cx);
                            return __p::Step::Took(__used);
                        }
                        __p::Err((__kind, __at)) => {
                            __p::nearer(&mut __nearest, __kind, __at, &__COMMAND_0);
                        }
                    }
                    match __p::parse_frame(legacy, __message) {
                        __p::Ok(__output) => {
                            let __a0: u16 = __output;
                            __p::count(__cx, 1usize);
                            Self::legacy(self, __a0);
                            return __p::Step::Took(__used);
                        }
                        __p::Err((__kind, __at)) => {
                            __p::nearer(&mut __nearest, __kind, __at, &__COMMAND_1);
                        }
                    }
                    {
                        let (__kind, __at) = '__handler: {
                            let __a0 = match __p::line_text(__message) {
                                __p::Ok(__text) => __text,
                                __p::Err(__wrong) => break '__handler __wrong,
                            };
                            __p::count(__cx, 2usize);
                            Self::text(self, __a0);
                            return __p::Step::Took(__used);
                        };
                        return __p::malformed(
                            self,
                            __mode,
                            __cx,
                            (__kind, __at),
                            __p::Some(&__COMMAND_2),
                            __message,
                            __p::Answer::Close,
                            __used,
                        );
                    }
                }
            }
        }
    }
};
