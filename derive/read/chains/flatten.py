"""Tokens of a display put in plain form: signs without what stands over them, rows without the
environments that only lay them out.

Throughout: ``at`` is a position in the list of tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derive.read.notation import BRACES, RELATIONS, WORD_FONTS, WRAPPERS
from derive.read.tokens import Token

_OVER = frozenset((r"\stackrel", r"\overset", r"\underset"))
_ANNOTATED = frozenset((r"\xlongequal", r"\overeq", r"\xRightarrow", r"\xrightarrow"))
_INTERTEXT = frozenset((r"\intertext", r"\shortintertext"))
_DEFINED = frozenset(("def", "def.", "definition", r"\Delta", r"\triangle", r"\text{def}", "set"))
SET_TO = r"\stackrel{!}{=}"


def group_end(tokens: Sequence[Token], at: int) -> int:
    """One past the group in braces at ``at``, or past the one token there."""
    if at >= len(tokens) or tokens[at].text != "{":
        return min(at + 1, len(tokens))
    depth = 0
    for end in range(at, len(tokens)):
        depth += (tokens[end].text == "{") - (tokens[end].text == "}")
        if depth == 0:
            return end + 1
    return len(tokens)


def brace_labels(tokens: Sequence[Token]) -> Iterator[tuple[int, Sequence[Token]]]:
    """What stands in words below or above a brace, and where the brace begins."""
    for at, token in enumerate(tokens):
        if token.text in BRACES:
            end = group_end(tokens, at + 1)
            if end < len(tokens) and tokens[end].text in ("_", "^"):
                label = tokens[end + 1 : group_end(tokens, end + 1)]
                if any(t.text in WORD_FONTS for t in label):
                    yield token.start, label


def annotated(tokens: list[Token]) -> list[Token]:
    """\\stackrel{!}{=}, \\overset{(a)}{=}, \\tag*{..}, \\intertext{..} put in plain form."""
    special = _OVER | _ANNOTATED | _INTERTEXT | {r"\tag", r"\hspace", r"\vspace", r"\cancelto"}
    if not any(t.text in special for t in tokens):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        word = token.text
        if word in (r"\tag", r"\hspace", r"\vspace"):
            starred = at + 1 < len(tokens) and tokens[at + 1].text == "*"
            end = group_end(tokens, at + 1 + starred)
            if starred and word == r"\tag":  # words and no number
                out.append(token._replace(text=r"\text"))
                out.extend(tokens[at + 2 : end])
            at = end
        elif word in _OVER:
            middle = group_end(tokens, at + 1)
            end = group_end(tokens, middle)
            label = [t for t in tokens[at + 1 : middle] if t.text not in "{}"]
            what = [t for t in tokens[middle:end] if t.text not in "{}"]
            if len(what) == 1 and what[0].text in RELATIONS:
                said = "".join(t.text for t in label)
                plain = said.replace(r"\text", "").replace(r"\mathrm", "").lower()
                if plain == "!":
                    out.append(token._replace(kind="command", text=SET_TO, end=what[0].end))
                elif plain in _DEFINED or any(t.text in _DEFINED for t in label):
                    out.append(token._replace(kind="command", text=r"\coloneq", end=what[0].end))
                else:
                    out.append(what[0])
                at = end
            else:
                out.append(token)
                at += 1
        elif word in _ANNOTATED:
            end = group_end(tokens, at + 1)
            kind = {r"\xlongequal": "=", r"\overeq": "="}.get(word, r"\Rightarrow")
            if word == r"\xrightarrow":
                kind = r"\rightarrow"
            out.append(token._replace(kind="command" if kind[0] == "\\" else "mark", text=kind))
            at = end
        elif word in _INTERTEXT:
            end = group_end(tokens, at + 1)
            out.append(token._replace(text=r"\\"))
            out.append(token._replace(text=r"\text"))
            out.extend(tokens[at + 1 : end])
            out.append(token._replace(text=r"\\"))
            at = end
        else:
            out.append(token)
            at += 1
    return out


def flat(tokens: list[Token]) -> list[Token]:
    """Without the environments that only lay out; other environments keep their kind "begin"."""
    if not any(t.kind == "begin" for t in tokens):
        return tokens
    out: list[Token] = []
    stack: list[str] = []  # of each open environment: "rows", "inside" a group, or "kept"
    at = depth = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.kind == "begin":
            name = token.text.rstrip("*")
            brace = bool(out) and out[-1].text in (r"\{", "(", "[", "{")
            lays_out = name in WRAPPERS or (name == "array" and _aligns(tokens, at))
            if "kept" in stack or not lays_out:
                stack.append("kept")
            elif depth and name in WRAPPERS and not (brace and out[-1].text == r"\{"):
                stack.append("inside")  # \frac{1}{\begin{gathered} a \\ + b \end{gathered}}
            else:
                stack.append("kept" if brace else "rows")
            if stack[-1] == "kept":
                out.append(token)
                continue
            if name in ("alignat", "alignedat", "array"):
                at = group_end(tokens, at)
            if at < len(tokens) and tokens[at].text == "[":  # \begin{aligned}[t]
                close = next((n for n in range(at, min(at + 4, len(tokens)))
                              if tokens[n].text == "]"), None)  # fmt: skip
                at = close + 1 if close is not None else at
            if stack[-1] == "rows":
                out.append(token._replace(kind="mark", text=r"\\"))
        elif token.kind == "end":
            how = stack.pop() if stack else "kept"
            if how == "rows":
                out.append(token._replace(kind="mark", text=r"\\"))
            elif how == "kept":
                out.append(token)
        elif not (stack and stack[-1] == "inside" and token.text in ("&", r"\\")):
            out.append(token)
            depth += (token.text == "{") - (token.text == "}")
    return out


def _aligns(tokens: Sequence[Token], at: int) -> bool:
    """Whether the array that opens before ``at`` sets relation signs below each other."""
    depth = 0
    for here in range(at, min(len(tokens) - 1, at + 400)):
        token = tokens[here]
        if token.kind == "end" and depth == 0:
            return False
        depth += (token.kind == "begin") - (token.kind == "end")
        if depth == 0 and token.text == "&" and tokens[here + 1].text in RELATIONS:
            return True
    return False
