"""Every branch of a random procedure, with its exact probability."""

from fractions import Fraction


def every_branch(procedure):
    """Yield (probability, outcome) for all ways in which the tosses of a procedure may fall."""
    waiting = [()]
    while waiting:
        script = waiting.pop()
        chance = Fraction(1)
        answers = []

        def toss(k, n, script=script, answers=answers):
            nonlocal chance
            assert 0 < k < n
            if len(answers) >= len(script):
                waiting.append((*answers, False))
            yes = script[len(answers)] if len(answers) < len(script) else True
            answers.append(yes)
            chance *= Fraction(k if yes else n - k, n)
            return yes

        outcome = procedure(toss)
        yield chance, outcome
