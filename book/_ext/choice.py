"""Pages on which a filter or a unit can be followed (`data-follows`, see fer_lib/pages/interactive) get the script that
keeps it in the address and marks it in pictures, tables and charts: static/choice.js."""


def setup(app):
    app.connect("html-page-context", add, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def add(app, page, template, context, doctree):
    if doctree and "data-follows=" in context.get("body", ""):
        app.add_js_file("choice.js", loading_method="defer")
