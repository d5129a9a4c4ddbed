"""The sheet to start from that `derive sheet --new` gives."""

EXAMPLE = '''\
# A sheet. Print it on the terminal, or write files:
#
#     derive sheet SHEET.toml
#     derive sheet SHEET.toml --both --pdf -o out

title = "Problem sheet 1"
course = "Machine Learning"
date = "12 October 2026"          # any text
language = "en"                   # or "de"

# start = 5                       # the number of the first exercise
# numbering = "1."                # or "(1)", "1", "Exercise"
# parts = "i"                     # the parts are (i), (ii); or "a", "1"
# points = true                   # print points
# sources = true                  # cite the exercises' sources
# answer_space = 4.0              # centimetres below each exercise
# solutions = "generated"         # the steps that derive finds; or "written": the exercises' own
# detail = "normal"               # of generated solutions; or "brief", "full"
# dense = true                    # solutions on fewer pages: short lines side by side
# folder = "my-exercises"         # looked at before the library (derive list)
# seed = "winter 2026"            # with --students: hashed into each student's own numbers

introduction = """
Hand in by Friday. Every step needs a reason.
"""
# closing = "Text in Markdown, with formulas: $x^2$."

[[exercises]]
name = "tanh-derivative"          # derive list names them; a path such as "my/exercise.md" is fine

[[exercises]]
title = "The softmax"             # several exercises as parts of one
name = ["softmax-jacobian", "cross-entropy-gradient"]
points = [6, 5]
before = "Let $d$ be the number of classes."
# after = "Text below the exercise."
# answer_space = 6.0
# solutions = "written"
# new_page = true

[[exercises]]
name = "convolution"              # has parameters: --variant SEED, --students LIST.csv
'''
