"""Survey arithmetic of method `em-1`: pure functions of tallies (numpy and scipy only).

Design, observations and estimator are three things. A colleague who evaluates one wave writes

    design = Design(strata=(Stratum("CD1", respondents=742, population=84700.0), ...))   # sample
    design = weighting.rake(design, records, {"age": (labels, totals), ...})   # where margins are declared
    groups = disclosure.merge_strata(answered, k=10)           # which strata are too small to stand alone
    tally = ItemTally.of(counts, design)                       # counts (H, 5), (H, G, 5) or (K, 5) + indices
    table = GradeTable.of(tally, design)                       # tables: this is dataset.csv
    score = estimators.score(table)                            # Estimate | NotEstimable
    rate = estimators.satisfaction(table)                      # also good_rate, share (of any grades)
    status = disclosure.status(score, rate)                    # suppressed | indicative | publishable
    dims = DimensionTable.of(CrossMoments(...), design)                        # this is moments.csv
    index = composite.index(composite.dimension_means(dims), weights)
    labels = comparison.benchmark({code: score, ...}, target=75.0)
    change = comparison.changes({code: (now, before), ...})
    sets = comparison.rank_sets({code: score, ...})

Modules: `estimate` results · `sample` design and observations · `tables` dataset and moments by stratum ·
`variance` the one routine · `weighting` · `intervals` · `estimators` · `composite` · `comparison` ·
`funnel` · `disclosure` · `rates` counts of tickets and self-selected ratings · `quality` flags · `representativity` ·
`reliability` · `drivers` · `planning` · `association` tests · `quantiles` · `cases` reference cases.
Shares are 0-1, scores 0-100. What cannot be estimated is `NotEstimable(reason)`; no NaN or infinity leaves.
"""
