"""Names are sounded out character by character only where the dictionary would say the same."""

from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT

from weiguang.register.engine.names import SURNAMES, name_keys

CHARACTERS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
WORDS = st.sampled_from(sorted(word for word in PHRASES_DICT if len(word) <= 5))
OTHERS = st.sampled_from(["a", "·", "〇", "\ue815", "1"])
NAMES = st.lists(st.one_of(CHARACTERS, WORDS, OTHERS), min_size=1, max_size=3).map("".join)


@given(name=NAMES)
def test_a_name_sounds_as_the_dictionary_says(name: str) -> None:
    keys = name_keys(name)
    if keys.plain[:1] in SURNAMES or keys.plain[:2] in SURNAMES:
        return

    said = "".join(lazy_pinyin(keys.plain, style=Style.NORMAL)).replace("ü", "v").lower()

    assert keys.pinyin == said
