"""The first page: a face to move, the answer, a scoreboard of all claims, and the chapters as cards.

`moved_face` is drawn and asked by the page's own cell. All else is put together when the book is built
(`book/_ext/first_page.py`) from what the chapters have glued: `found` reads it, `answer` and `scoreboard` show it, and
neither asks a network, so that the page cannot disagree with a chapter. `cards` takes each chapter's first picture.
"""
