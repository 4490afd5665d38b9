"""What readers see.

    paper_and_code, network, recognition, filters, action_units, photographs, interventions, data, scale, your_network
                    what the chapter of that name draws, glues and says
    notebooks       numbers for prose and for results.json (`glue`)
    claims          a verdict and its comparisons on a page; decided they are in `analysis.rules`
    charts          a dot for each network, which says which run it is, and the kinds' colours
    line_ends       names behind a chart's lines, instead of a legend
    figures, svg, heat, narrow, widths      how a chapter's figures come into a page, and how the dark theme and a
                    telephone show them
    pictures, markup, numbers, printed      faces, words, numbers, and what was printed elsewhere, as pages show them
    interactive     things to turn in a page without a kernel
    explore         a face to move
    lab             widgets for runs and faces of a reader's own, with a kernel
    report          any network, asked the book's questions: `from fer_lib.pages import report`, and a command
    own_book        the whole book on a reader's own faces; `values`, one file of parameters for all chapters, and
                    `about`, what the pages then say of these faces
    chapters        puts values into a chapter for papermill; `parameters` refuses names and types that it has not
    kernels         how a build runs a chapter, and says so
"""
