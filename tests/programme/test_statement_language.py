"""Statements in other languages are noted where an encoder of English compares them."""

import pytest
from tests.compatibility import tiny_encoder

import cmmatch
from cmmatch import Programme
from cmmatch.programme.statement_language import ENGLISH, OTHERS, looks_foreign
from cmmatch.synthesis import make_programme

FOREIGN = {
    "German": "Ich will lernen, wie man kleine Teams leitet",
    "French": "Je veux apprendre à diriger une petite équipe",
    "Spanish": "Quiero aprender a dirigir un equipo pequeño",
    "Portuguese": "Quero aprender a liderar uma equipe pequena",
    "Italian": "Voglio imparare a gestire un piccolo gruppo",
    "Dutch": "Ik wil leren hoe ik een klein team leid",
    "Swedish": "Jag vill lära mig att leda ett litet team",
    "Danish": "Jeg vil lære at lede et lille team",
    "Polish": "Chcę nauczyć się kierować małym zespołem",
    "Turkish": "Küçük bir ekibi yönetmeyi öğrenmek istiyorum",
    "Russian": "Хочу научиться руководить небольшой командой",
    "Chinese": "我想学习如何领导一个小团队",
    "Arabic": "أريد أن أتعلم قيادة فريق صغير",
    "Hindi": "मैं एक छोटी टीम का नेतृत्व करना सीखना चाहता हूँ",
    "Greek": "Θέλω να μάθω να ηγούμαι μιας μικρής ομάδας",
}
ENGLISH_TEXTS = {
    "a sentence": "I would like to learn how to lead a small team",
    "a list of terms": "Python, SQL, system design, negotiation, public speaking, leadership",
    "names with accents": "Working beside José, Zoë, Müller, Chloé",
    "names and words of other languages": "Una Voss, UN, Chloé, Renée, and how the EN norm is met",
    "signs and numbers": "C++ / C#, 50 %: 2 × 3 → 6 ✓",
    "a foreign name for it": "Leading the 営業 team",
    "nothing": "",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_a_sentence_in_another_language_is_noticed(text):
    assert looks_foreign(text)


def test_capitals_hide_no_common_words():
    assert looks_foreign(FOREIGN["German"].upper())


@pytest.mark.parametrize("text", ENGLISH_TEXTS.values(), ids=ENGLISH_TEXTS)
def test_english_is_not_taken_for_another_language(text):
    assert not looks_foreign(text)


def test_english_words_weigh_against_foreign_ones():
    foreign = "mein Team und ich"

    assert looks_foreign(foreign)
    assert not looks_foreign(f"{foreign}: how to lead people")


def test_no_statement_of_a_made_up_programme_is_taken_for_another_language():
    made = make_programme(mentees=300, mentors=100, seed=2)
    texts = [*made.mentees["statement"], *made.mentors["statement"]]

    assert sum(map(bool, texts)) > 200
    assert not any(map(looks_foreign, texts))


def test_no_word_is_counted_on_both_sides():
    assert not ENGLISH & OTHERS


def languages(mentees, mentors, tmp_path, **config):
    """A programme of statements compared by a tiny encoder, and its notes about languages."""
    folder = tiny_encoder.write_encoder(tmp_path / "weights", tiny_encoder.random_weights())
    goals = {"encoder": "minilm", "weights": str(folder), **config.pop("goals", {})}
    sides = [
        {"id": [f"{letter}{k}" for k in range(len(said))], "statement": said}
        for letter, said in (("o", mentors), ("e", mentees))
    ]
    programme = Programme.from_frames(*sides, config={"goals": goals, **config})
    return programme, [n for n in programme.notes if n.code == "statements-not-english"]


def test_one_note_counts_the_statements_of_both_sides_and_tells_none(tmp_path):
    mentees = [FOREIGN["German"], "to lead a team", "", FOREIGN["Chinese"]]
    mentors = [FOREIGN["French"], "leading teams"]
    programme, (note,) = languages(mentees, mentors, tmp_path)

    assert "trained on English, and 3 of 5 statements look to be in another" in note.problem
    assert not any(text in str(note) for text in FOREIGN.values())
    assert ("settings", "goals.encoder", "minilm") == (note.table, note.column, note.value)
    assert note.problem in cmmatch.match(programme).to_html()


def test_a_single_one_is_counted_in_the_singular(tmp_path):
    _, (note,) = languages([FOREIGN["Polish"]], ["leading teams"], tmp_path)

    assert "1 of 2 statements looks to be in another language" in note.problem


@pytest.mark.parametrize(
    "config",
    [
        {"goals": {"encoder": "tfidf", "weights": ""}},  # compares letters of any language
        {"weights": {"goals": 0}},  # compares nothing
    ],
)
def test_nothing_is_noted_where_no_encoder_of_english_compares(config, tmp_path):
    assert [] == languages([FOREIGN["German"]], [FOREIGN["French"]], tmp_path, **config)[1]


def test_nothing_is_noted_where_all_is_english(tmp_path):
    assert [] == languages(["to lead a team"], ["leading teams"], tmp_path)[1]
