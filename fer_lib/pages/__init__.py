"""What readers see: numbers for prose and results.json (`notebooks`), verdicts (`claims`), figures, charts, things to
turn (`interactive`), the explorer (`explore`); and papermill, made strict (`chapters`)."""
