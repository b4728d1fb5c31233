impl Guest {
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn local_only(room: &mut Room, peer: &Peer) -> bool {
        peer.is_loopback()
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn go_away(_room: &mut Room, _peer: &Peer) -> &'static str {
        "full\r\n"
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn arrive(cx: &mut Cx<'_, Self>) -> Option<Self> {
        None
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn eof(&mut self, cx: &mut Cx<'_, Self>, rest: &[u8]) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn patience(&mut self, cx: &mut Cx<'_, Self>) -> &'static str {
        "bye\r\n"
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn drained(&mut self, cx: &mut Cx<'_, Self>) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn told(&mut self, cx: &mut Cx<'_, Self>, message: String) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn malformed(&mut self, what: &Malformed<'_>) -> String {
        what.to_string()
    }
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn leave(self, cx: &mut Closing<'_, Self>, why: CloseReason) {}
    #[allow(
        clippy::missing_const_for_fn,
        clippy::needless_pass_by_ref_mut,
        clippy::needless_pass_by_value,
        clippy::unnecessary_wraps,
        clippy::unused_self
    )]
    fn input(&mut self, input: &[u8]) -> usize {
        input.len()
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
    const __COMMAND_0: __p::Command = __p::command(
        0usize,
        "input",
        __p::None,
        "<input>",
        "",
        &[__p::Parameter::new("input", "&[u8]")],
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
        type Message = String;
        const PROTOCOL: &'static __p::Protocol = &__p::protocol(
            "Guest",
            "",
            __p::LineEnd::Any,
            (__MAX_LINE, __MAX_FRAME, __MAX_BODY),
            false,
            &[__p::Mode::new("", "bytes as they come", true, &[&__COMMAND_0])],
            1usize,
        );
        const HOOKS: __p::Option<&'static __p::SharedHooks> = __p::HooksOf::<Room>::HOOKS_OF_MUX;
        fn connect(__mode: &mut Self::Mode, __cx: &mut __p::Cx<'_, Self>) -> __p::Option<Self> {
            let __opened = Self::arrive(__cx);
            <Option<Self> as __p::Opened<Self>>::open(__opened, __cx)
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
                    if __input.is_empty() {
                        return __p::Step::More;
                    }
                    let __message = __input;
                    let __a0 = __message;
                    __p::count(__cx, 0usize);
                    let __took: __p::usize = {
                        let __taken: usize = Self::input(self, __a0);
                        __taken
                    };
                    if __took == 0 {
                        let __max = __p::frame_max(__cx, __MAX_FRAME);
                        if __input.len() > __max {
                            return __p::fatal(
                                self,
                                __mode,
                                __cx,
                                (__p::MalformedKind::TooLong { max: __max }, __max),
                                __p::None,
                                __input,
                                __p::Answer::Close,
                            );
                        }
                        return __p::Step::More;
                    }
                    return __p::Step::Took(__p::min(__took, __input.len()));
                }
            }
        }
        const HANDLES_EOF: __p::bool = true;
        fn eof(
            &mut self,
            __mode: &mut Self::Mode,
            __cx: &mut __p::Cx<'_, Self>,
            __rest: &[__p::u8],
        ) {
            let __outcome = Self::eof(self, __cx, __rest);
            let () = __outcome;
        }
        fn timeout(&mut self, __mode: &mut Self::Mode, __cx: &mut __p::Cx<'_, Self>) {
            let __outcome = Self::patience(self, __cx);
            <&'static str as __p::Outcome<Self>>::apply(__outcome, __mode, __cx);
        }
        const HANDLES_DRAINED: __p::bool = true;
        fn drained(&mut self, __mode: &mut Self::Mode, __cx: &mut __p::Cx<'_, Self>) {
            let __outcome = Self::drained(self, __cx);
            let () = __outcome;
        }
        fn message(
            &mut self,
            __mode: &mut Self::Mode,
            __cx: &mut __p::Cx<'_, Self>,
            __message: Self::Message,
        ) {
            let __outcome = Self::told(self, __cx, __message);
            let () = __outcome;
        }
        fn malformed(
            &mut self,
            __mode: &mut Self::Mode,
            __cx: &mut __p::Cx<'_, Self>,
            __malformed: &__p::Malformed<'_>,
        ) {
            let __outcome = Self::malformed(self, __malformed);
            __p::Outcome::<Self>::apply(__outcome, __mode, __cx);
        }
        fn close(self, __cx: &mut __p::Closing<'_, Self>, __why: __p::CloseReason) {
            let _ = Self::leave(self, __cx, __why);
        }
        fn allow_deny(__shared: &mut Self::Shared, __peer: &__p::Peer) -> __p::bool {
            let __answer: bool = {
                let __shared: &mut Room = __shared;
                Self::local_only(__shared, __peer)
            };
            __answer
        }
        fn request_denied(
            __shared: &mut Self::Shared,
            __peer: &__p::Peer,
            __farewell: &mut __p::Writer<'_>,
        ) {
            let __reply = {
                let __shared: &mut Room = __shared;
                Self::go_away(__shared, __peer)
            };
            <&'static str as __p::Reply>::write_to(&__reply, __farewell);
        }
    }
};
