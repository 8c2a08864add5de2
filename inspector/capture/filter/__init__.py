"""The filter language: which exchanges a person means, in one line. The list, `export` and holds speak it.

    fix the flaky        all three words, in what was sent, what came, or what the row says; any case
    "fix the" jit*er     a phrase as it is; `*` stands for anything
    model:gpt-5          the model's name has it; model:=gpt-5 is it, model:gpt-*-mini is like it
    status:>=400         also <, >, <=, =; ranges 400..499, class 4xx; lists 429,5xx
    duration:>5s         also 300ms, 1m30s; tokens:>12k, size:>1MB
    after:14:20          also before:2026-09-21, after:today, after:10m (ago)
    has:error is:open    what an exchange has or is
    -a   not a   a or b   (a or b) c

What stands side by side must all hold; `not` binds closer than that, `or` less.

In reading order: `problem` (what is wrong, where), `tokens` (text to words), `patterns` and `ranges` (what a
value can be), `keys` and `flags` (what can be asked of an exchange), `tree` (the conditions), `language`
(the whole: `parse`, `Filter`); `surroundings` and `texts` are what is looked at beside the row.
"""
