"""The exercise to start from that `derive new` gives: a whole one, to write over."""

TEMPLATE = r"""+++
# An exercise: a header in TOML, then the statement and a solution in Markdown.
# docs/teachers.md goes through it; `derive check FILE` says what is missing.
# LaTeX stands between single quotes: 'a backslash is a backslash'.

title = "TODO: The derivative of the square"
topic = "TODO: activation functions"
level = 1                          # 1 easy, 2 standard, 3 demanding
points = 3                         # the sum of the claims' points
# source = "where the result is from, in your own words"

# What may be used: names, ranges, definitions, assumptions.
given = [
  'x \in \mathbb{R}',              # also x, y \in \mathbb{R}^d
  'f(x) = x^2 + {{c}}',            # also p_j = ... with a range for j
  # 'i, j: 1..d',                  # ranges of indices
  # 'x > 0',                       # assumptions; also: y one-hot, A symmetric
]

# What is to be shown: one table for each claim. All are proved.
[[claims]]
label = "derivative"
claim = '''f'(x) = 2 x'''
points = 2
# cases = ['x > 0', 'x < 0']       # print the proof for each case
# milestones = ['2 x^{2-1}']       # formulas that a good solution passes through

[[claims]]
label = "second derivative"
claim = '''f''(x) = 2'''
points = 1

# Values that differ between students: {{c}} above and below. Delete it if you need none.
[[parameters]]
name = "c"
integer = [1, 9]
except = [2]
default = 3
+++
TODO: Let $f(x) = x^2 + {{c}}$. Show that

1. $f'(x) = 2 x$,
2. $f''(x) = 2$.

**Hint.** Power rule.

## Solution
TODO: The constant ${{c}}$ has the derivative zero:

$$
\begin{aligned}
f'(x) &= 2 x + 0 = 2 x, && \text{(power rule)} \\
f''(x) &= 2.
\end{aligned}
$$
"""
