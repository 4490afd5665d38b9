"""What readers see: numbers for prose and results.json (`notebooks`), verdicts (`claims`), faces (`pictures`), a dot
for each network and the kinds' colours (`charts`), things to turn (`interactive`), the explorer (`explore`); and
papermill, made strict (`chapters`)."""
