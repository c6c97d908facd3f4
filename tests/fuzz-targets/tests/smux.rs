//! Plays of the mux between local sides and an agent, made of chance: what a fuzzer has no time to look for in `npm test`.

use postern_fuzz_targets::smux;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_byte_arrives_once_and_in_order_and_nothing_grows(
        mut script in prop::collection::vec(any::<u8>(), 8..1500),
    ) {
        script.insert(0, 1);
        smux(&script);
    }

    #[test]
    fn whatever_an_agent_sends_is_taken_or_refused(
        cut in any::<u8>(),
        frames in prop::collection::vec((0_u8..5, 0_u16..300, 0_u32..9), 0..20),
    ) {
        let mut wire = vec![cut & 0xfe];
        for (command, length, stream) in frames {
            wire.extend([1, command]);
            wire.extend(length.to_le_bytes());
            wire.extend(stream.to_le_bytes());
            wire.extend(std::iter::repeat_n(7, length.into()));
        }
        smux(&wire);
    }
}
