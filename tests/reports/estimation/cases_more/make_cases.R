#!/usr/bin/env Rscript
# Makes cases.json and data/*.csv in this folder: the kinds of the founding cases with other data, levels of 90 and
# 99 %, two stages, missing values and edge cases. All data are simulated here from fixed seeds. Expected values come
# from R's survey (4.1.1) and base R; those that no package of ours gives are computed by their definition below.
# Run:  Rscript make_cases.R            (in this folder; needs r-cran-survey and r-cran-jsonlite)
suppressMessages({library(survey); library(jsonlite)})
options(survey.lonely.psu = "fail", digits = 15, stringsAsFactors = FALSE)
cases <- list()
dir.create("data", FALSE)

save_csv <- function(d, file) { write.csv(d, file.path("data", file), row.names = FALSE, na = "");
  paste0("data/", file) }
case <- function(id, data, design, task, r_call, expected, rel = 1e-6, topic = NULL)
  cases[[length(cases) + 1]] <<- c(list(id = paste0("more-", id)), if (!is.null(topic)) list(topic = topic),
    list(data = data, design = design, task = task, r_call = r_call, expected = expected,
      tolerance = list(rel = rel)))
est <- function(s, df = Inf, level = .95) {
  b <- as.numeric(coef(s)); se <- as.numeric(SE(s)); q <- suppressWarnings(qt(1 - (1 - level)/2, df))
  c(list(estimate = b, se = se, ci_low = b - q*se, ci_high = b + q*se), if (is.finite(df)) list(df = df)) }
by_est <- function(b, keys, df = Inf, level = .95)
  c(list(groups = setNames(lapply(keys, function(k) as.character(b[[k]])), keys)), est(b, df, level))
share <- function(f, des, level) {                       # svyciprop; Wilson as in survey 4.5, by its formula
  m <- svymean(f, des); p <- as.numeric(coef(m)); v <- as.numeric(vcov(m)); df <- degf(des);
  n <- nrow(des$variables)
  t <- suppressWarnings(qt(1 - (1 - level)/2, df)); e <- p*(1 - p)/v
  h <- t*sqrt(p*(1 - p)/e + t^2/(4*e^2)); w <- (p + t^2/(2*e) + c(-h, h))/(1 + t^2/e)
  ci <- lapply(c(xlogit = "xlogit", beta = "beta"), function(k)
    if (df == 0) c(NA, NA) else as.numeric(attr(svyciprop(f, des, method = k, level = level), "ci")))
  list(estimate = p, se = sqrt(v), df = df, n = n, n_eff = e,
       ci = lapply(c(list(wilson = w), ci), function(x) list(ci_low = x[1], ci_high = x[2]))) }

# ---- residents: two waves, three districts, seven departments ----------------------------------------------
set.seed(20261122)
N <- c(S1 = 9000, S2 = 2600, S3 = 160); n <- c(110, 80, 40); effect <- c(.8, .5, .1, -.3, .6, 0, 1)
res <- do.call(rbind, lapply(1:2, function(w) do.call(rbind, lapply(1:3, function(h) {
  dept <- sample(7, n[h], TRUE, prob = c(30, 26, 20, 14, 9, 3, 1)); age <- sample(c("18-34", "35-54", "55+"), n[h],
    TRUE)
  base <- effect[dept] + .25*(w == 2 & dept == 4) + .15*match(age, c("18-34", "35-54", "55+")) + rnorm(n[h], 0, .6)
  grade <- function(shift) { g <- 1 + rowSums(outer(base + shift + rnorm(n[h], 0, .7), c(-1.9, -1.1, -.2, 1), ">"));
    g[runif(n[h]) < .1] <- NA; g }
  data.frame(wave = w, district = names(N)[h], psu = paste0("w", w, h, sample(ceiling(n[h]/10), n[h], TRUE)),
    weight = unname(N[h])/n[h],
    fpc = unname(N[h]), dept = sprintf("D%d", dept), age = age, sex = sample(c("F", "M"), n[h],
      TRUE), overall = grade(0), ease = grade(-.2), trust = grade(.1)) }))))
# A dimension that nobody answered:
res$trust[res$dept == "D3" & res$wave == 2] <- NA
fr <- save_csv(res, "residents.csv")
res$score <- (res$overall - 1)*25
res$top2 <- as.numeric(res$overall >= 4)
res$stratum <- interaction(res$wave, res$district)
Dr <- list(weights = "weight", strata = c("wave", "district"), fpc = "fpc")
des <- svydesign(~1, strata = ~stratum, weights = ~weight, fpc = ~fpc, data = res)
cur <- subset(des, wave == 2 & !is.na(overall))
full <- subset(des, !is.na(overall))
now <- "wave==2 & overall not missing"
depts <- sort(unique(cur$variables$dept))
sizes <- function(w) table(factor(full$variables$dept[full$variables$wave == w], depts))
pub <- depts[sizes(2) >= 10]; both <- depts[sizes(1) >= 10 & sizes(2) >= 10]; top <- subset(cur, dept %in% pub)
published <- paste(now, "& dept published (n>=10)")
b <- svyby(~score, ~dept, cur, svymean); ex <- by_est(b, "dept", degf(cur), .9); ex$n <- as.integer(sizes(2))
ex$df_domain <- sapply(depts, function(k) degf(subset(cur, dept == k)))
q <- suppressWarnings(qt(.95, ex$df_domain))
ex$ci_low_domain_df <- ex$estimate - q*ex$se; ex$ci_high_domain_df <- ex$estimate + q*ex$se
case("score", fr, Dr, list(kind = "domain_mean", variable = "score=(overall-1)*25", where = now, by = "dept",
  ci = list(method = "t", level = .9, df = "degf of the subset design")), "svyby(~score, ~dept, cur, svymean)", ex,
  topic = "evaluation")
case("top2", fr, Dr, list(kind = "domain_proportion", variable = "top2=overall>=4", where = now, by = "dept",
  ci = list(methods = c("wilson", "beta", "xlogit"), level = .9)),
  "svyciprop(~top2, subset(cur, dept==k))", lapply(depts, function(k) { s <- subset(cur, dept == k);
    x <- sum(s$variables$top2); m <- nrow(s$variables)
    if (x %in% c(0, m)) list(dept = k, estimate = x/m, se = 0, n = m, degenerate = TRUE,
      fallback_clopper_pearson = as.numeric(binom.test(x, m,
      conf.level = .9)$conf.int)) else c(list(dept = k), share(~top2, s, .9)) }), topic = "evaluation")
g <- as.matrix(matrix(coef(svyby(~factor(overall, 1:5), ~dept, cur, svymean)), ncol = 5))
case("grades", fr, Dr, list(kind = "domain_distribution", variable = "overall", by = "dept", where = now),
  "svyby(~factor(overall), ~dept, cur, svymean)",
  list(dept = depts, shares = lapply(seq_along(depts), function(i) g[i, ]), good_rate = rowSums(g[, 3:5]),
    bad_rate = rowSums(g[, 1:2])))
ch <- sapply(both, function(k) { a <- svymean(~score, subset(full, wave == 2 & dept == k));
  z <- svymean(~score, subset(full, wave == 1 & dept == k)); c(coef(a) - coef(z), sqrt(vcov(a) + vcov(z))) })
z <- ch[1, ]/ch[2, ]; p <- 2*pnorm(-abs(z))
case("change", fr, Dr, list(kind = "change", variable = "score", from = 1, to = 2, by = "dept",
  publish = "at least 10 in both waves"), "svymean on each wave; p.adjust",
  list(dept = both, diff = unname(ch[1, ]), se = unname(ch[2, ]), z = unname(z), p = unname(p),
    p_holm = unname(p.adjust(p, "holm")), p_bh = unname(p.adjust(p, "BH"))))
b <- svyby(~score, ~dept, top, svymean, covmat = TRUE); x <- as.numeric(coef(b)); se <- as.numeric(SE(b))
funnel <- function(target, trim, y = x, s = se) { z <- (y - target)/s; q <- quantile(z, c(trim, 1 - trim));
  w <- pmin(pmax(z, q[1]), q[2]); k <- length(z)
  phi <- mean(w^2); tau2 <- if (k*phi < k - 1) 0 else (k*phi - (k - 1))/(sum(s^-2) - sum(s^-4)/sum(s^-2));
  za <- (y - target)/sqrt(s^2 + tau2)
  list(target = target, z = z, phi = phi, tau2 = tau2, z_adjusted = za,
    band = ifelse(abs(za) < qnorm(.975), "as expected", paste0(ifelse(abs(za) >= qnorm(.999), "much ", ""),
    ifelse(za > 0, "better", "worse")))) }
case("funnel", fr, Dr, list(kind = "funnel_scores", publish = "at least 10", target = "overall weighted mean score",
  winsorise_each_tail = .1, bands = c(1.96,
  3.09)), "Spiegelhalter 2005 on svyby", c(list(dept = pub), funnel(as.numeric(coef(svymean(~score, top))), .1)))
case("funnel-target", fr, Dr, list(kind = "funnel_scores", publish = "at least 10", target = 60,
  winsorise_each_tail = .2), "Spiegelhalter 2005 on svyby", c(list(dept = pub), funnel(60, .2)))
ranks <- function(x, V, level) { k <- length(x); P <- pnorm(outer(x, x,
  "-")/sqrt(outer(diag(V), diag(V), "+") - 2*V), lower.tail = FALSE); diag(P) <- NA
  A <- matrix(p.adjust(P, "holm"), k); beats <- A <= 1 - level; list(rank = rank(-x, ties.method = "min"),
    holm_low = 1 + colSums(beats, na.rm = TRUE), holm_high = k - rowSums(beats, na.rm = TRUE)) }
case("ranks", fr, Dr, list(kind = "rank_confidence_sets", coverage = .9, higher_is_better = TRUE),
  "p.adjust on svyby(covmat=TRUE)", c(list(unit = pub), ranks(x, vcov(b), .9)), 0)
dims <- c(ease = .4, trust = .6)
comp <- lapply(pub, function(k) { s <- subset(top, dept == k); one <- function(v) { f <- as.formula(paste0("~", v));
  if (all(is.na(s$variables[[v]]))) NA else as.numeric(25*(coef(svymean(f, s, na.rm = TRUE)) - 1)) }
  m <- sapply(names(dims), one); if (anyNA(m)) return(list(dept = k, dimensions = as.list(m), index = NA, se = NA))
  v <- s$variables; for (d in names(dims)) { v[[paste0("y", d)]] <- ifelse(is.na(v[[d]]), 0, (v[[d]] - 1)*25);
    v[[paste0("r", d)]] <- as.numeric(!is.na(v[[d]])) }; s$variables <- v
  V <- vcov(svyratio(~yease + ytrust, ~rease + rtrust, s, covmat = TRUE))[c(1, 4), c(1, 4)]; list(dept = k,
    dimensions = as.list(m), index = sum(dims*m), se = sqrt(as.numeric(dims %*% V %*% dims))) })
case("composite", fr, Dr, list(kind = "composite", weights = as.list(dims), where = published, by = "dept"),
  "svyratio(covmat=TRUE), or none where a dimension has no answer", comp)
tot <- sum(top$variables$weight)
pa <- c("18-34" = .31, "35-54" = .36, "55+" = .33)*tot
ps <- c(F = .52, M = .48)*tot
pd <- c(S1 = .7, S2 = .25, S3 = .05)*tot
freq <- function(p, name) setNames(data.frame(names(p), as.numeric(p)), c(name, "Freq"))
rk <- rake(top, list(~age, ~sex, ~district), list(freq(pa, "age"), freq(ps, "sex"), freq(pd, "district")),
  control = list(maxit = 200, epsilon = 1e-10))
rb <- svyby(~score, ~dept, rk, svymean)
w <- weights(rk)
case("rake", fr, Dr, list(kind = "rake_then_domain_mean", where = published,
  margins = list(age = as.list(pa), sex = as.list(ps),
  district = as.list(pd)), variable = "score", by = "dept"), "rake(cur, list(~age, ~sex, ~district)); svyby",
  list(overall = as.numeric(coef(svymean(~score, rk))), overall_se = as.numeric(SE(svymean(~score, rk))),
    dept = pub, estimate = as.numeric(coef(rb)), se = as.numeric(SE(rb)), weight_min = min(w), weight_max = max(w),
    kish_deff = length(w)*sum(w^2)/sum(w)^2), 1e-5)
some <- pub[sapply(pub, function(k) all(table(top$variables$age[top$variables$dept == k])[names(pa)] > 0))]
sb <- svyby(~score, ~dept, svystandardize(subset(top, dept %in% some), ~age, over = ~dept,
  population = c(30, 40, 30)), svymean)
case("standardised", fr, Dr, list(kind = "direct_standardised_mean", by = "dept", cells = "age",
  population = list("18-34" = 30, "35-54" = 40, "55+" = 30), variable = "score", where = paste0(now,
  " & dept %in% c(", paste0("'", some, "'",
  collapse = ", "), ")")), "svystandardize; svyby", list(dept = some, estimate = as.numeric(coef(sb)),
  se = as.numeric(SE(sb))))
ct <- svychisq(~dept + top2, top, statistic = "F")
rs <- function(ct) list(F = as.numeric(ct$statistic), ndf = as.numeric(ct$parameter[1]),
  ddf = as.numeric(ct$parameter[2]), p = as.numeric(ct$p.value))
case("raoscott", fr, Dr, list(kind = "rao_scott_F", rows = "dept", cols = "top2", where = published),
  "svychisq(~dept+top2, cur, statistic='F')", rs(ct), 1e-5)
cl <- subset(svydesign(~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = res),
  wave == 2 & !is.na(overall))
Dc <- list(weights = "weight", strata = c("wave", "district"), clusters = "psu")
m <- svymean(~score, cl, deff = "replace")
case("cluster-level-of-its-evaluation", fr, Dc, list(kind = "mean", variable = "score", where = now,
  deff = "replace"), "svymean(~score, clustered, deff='replace'); the level is that of score and top2", c(est(m,
  degf(cl), .9), list(deff = as.numeric(deff(m)))))
b <- svyby(~score, ~age + sex, cl, svymean)
case("cluster-domains", fr, Dc, list(kind = "domain_mean", variable = "score", where = now, by = c("age", "sex"),
  ci = list(level = .99)), "svyby(~score, ~age+sex, clustered, svymean)", by_est(b, c("age", "sex"), degf(cl), .99))
tt <- svyttest(score ~ sex, cl)
case("ttest", fr, Dc, list(kind = "ttest", variable = "score", group = "sex", where = now),
  "svyttest(score~sex, clustered)", list(diff = as.numeric(tt$estimate), t = as.numeric(tt$statistic),
  df = as.numeric(tt$parameter), p = as.numeric(tt$p.value)))
case("glm", fr, Dc, list(kind = "glm_gaussian", formula = "score ~ age + ease"),
  "svyglm(score~age+ease, clustered, whole file)", { gl <- svyglm(score ~ age + ease,
  svydesign(~psu, strata = ~stratum, weights = ~weight, nest = TRUE,
  data = res)); list(names = names(coef(gl)), estimate = as.numeric(coef(gl)), se = as.numeric(SE(gl)),
  df_resid = gl$df.residual) })

# ---- villages: two stages with finite populations, missing answers ---------------------------------------
set.seed(7); M <- c(9, 14, 6, 1, 12, 8, 20, 5); m <- c(4, 6, 3, 1, 5, 4, 7, 5)
vil <- data.frame(village = rep(1:8, m), house = unlist(lapply(m, seq_len)), N1 = 36, N2 = rep(M, m))
vil$weight <- 36/8*vil$N2/rep(m, m)
vil$y <- round(rnorm(nrow(vil), 50 + 4*vil$village, 12), 1)
vil$before <- round(vil$y - rnorm(nrow(vil), 3, 5), 1)
vil$x <- round(runif(nrow(vil), 1, 9), 2)
vil$kind <- sample(c("farm", "town"), nrow(vil), TRUE)
vil$ok <- sample(c("Yes", "No"), nrow(vil), TRUE, c(.7, .3))
vil$y[c(3, 11, 20)] <- NA
fv <- save_csv(vil, "villages.csv")
d2 <- svydesign(~village + house, fpc = ~N1 + N2, data = vil)
Dv <- list(clusters = c("village", "house"), fpc = c("N1", "N2"))
Dw <- c(list(weights = "weight"), Dv)
case("two-stage-mean", fv, Dv, list(kind = "mean", variable = "y", na = "drop as domain", ci = list(level = .99)),
  "svymean(~y, d2, na.rm=TRUE)", est(svymean(~y, d2, na.rm = TRUE), degf(d2), .99))
case("two-stage-total", fv, Dw, list(kind = "total", variable = "x", level = .9), "svytotal(~x, d2)",
  est(svytotal(~x, d2), degf(d2), .9))
r <- svyratio(~y, ~x, d2, na.rm = TRUE)
case("two-stage-ratio", fv, Dv, list(kind = "ratio", numerator = "y", denominator = "x"),
  "svyratio(~y, ~x, d2, na.rm=TRUE)", list(estimate = as.numeric(r$ratio), se = sqrt(as.numeric(r$var))))
case("two-stage-share", fv, Dv, list(kind = "proportion", variable = "ok=='Yes'", where = "kind=='town'",
  ci = list(methods = c("wilson", "beta", "xlogit"),
  level = .99)), "svyciprop(~I(ok=='Yes'), subset(d2, kind=='town'))",
  share(~as.numeric(ok == "Yes"), subset(d2, kind == "town"), .99), 1e-5)
b <- svyby(~y, ~kind, d2, svymean, na.rm = TRUE)
case("two-stage-domains", fv, Dv, list(kind = "domain_mean", variable = "y", by = "kind", na = "drop as domain"),
  "svyby(~y, ~kind, d2, svymean, na.rm=TRUE)", by_est(b, "kind"))
b <- svyby(~x, ~kind, d2, svytotal)
case("two-stage-domain-totals", fv, Dv, list(kind = "domain_total", variable = "x", by = "kind",
  ci = list(level = .9)),
  "svyby(~x, ~kind, d2, svytotal)", by_est(b, "kind", degf(d2), .9))
tt <- svyttest(I(y - before) ~ 0, d2, na.rm = TRUE)
case("two-stage-one-sample-t", fv, Dv, list(kind = "ttest", variable = "y-before", na = "drop as domain"),
  "svyttest(I(y-before)~0, d2, na.rm=TRUE)",
  list(mean = as.numeric(tt$estimate), t = as.numeric(tt$statistic), df = as.numeric(tt$parameter),
    p = as.numeric(tt$p.value)))
whole <- subset(d2, !is.na(y)); pd <- svymean(~I(y - before), whole); ii <- svymean(~y + before, whole)
case("two-stage-panel", fv, Dv, list(kind = "paired_change", to = "y", from = "before", where = "y not missing"),
  "svymean(~I(y-before), d2)", list(change = as.numeric(coef(pd)), se = as.numeric(SE(pd)),
  se_by_contrast = as.numeric(SE(svycontrast(ii, c(1, -1)))), wrong_se_if_independent = sqrt(sum(diag(vcov(ii))))))
q <- svyquantile(~x, d2, c(.1, .5, .95), ci = TRUE, alpha = .1)$x
case("two-stage-quantiles", fv, Dv, list(kind = "quantile", variable = "x", p = c(.1, .5, .95), level = .9),
  "svyquantile(~x, d2)", list(p = c(.1, .5, .95), estimate = q[, "quantile"], ci_low = q[, 2], ci_high = q[, 3],
  se = q[, "se"]), 1e-5)
pt <- data.frame(kind = rep(c("farm", "town"), 2), ok = rep(c("No", "Yes"), each = 2),
  Freq = c(60.5, 50, 120, 130.25))
dp <- postStratify(d2, ~kind + ok, pt)
case("two-stage-crossed-poststrata", fv, Dv, list(kind = "poststratify_mean_total", cells = c("kind", "ok"),
  population = as.list(setNames(pt$Freq, paste(pt$kind, pt$ok,
  sep = "."))), variables = "x", ci = list(level = .9)), "postStratify(d2, ~kind+ok, pop)",
  list(mean_x = est(svymean(~x, dp), level = .9), total_x = est(svytotal(~x, dp), level = .9)))
rk <- rake(d2, list(~kind, ~ok), list(data.frame(kind = c("farm", "town"), Freq = c(180.5, 180.25)),
  data.frame(ok = c("No", "Yes"), Freq = c(110.5, 250.25))), control = list(maxit = 200, epsilon = 1e-10))
case("two-stage-rake", fv, Dv, list(kind = "rake_mean_total", margins = list(kind = list(farm = 180.5,
  town = 180.25), ok = list(No = 110.5, Yes = 250.25)), variables = "y"),
  "rake(d2, list(~kind, ~ok)); svymean(na.rm=TRUE)", list(mean_y = est(svymean(~y, rk, na.rm = TRUE)),
  total_x = est(svytotal(~x, rk)), weight_sum = sum(weights(rk))), 1e-5)
gr <- calibrate(d2, ~x, c(`(Intercept)` = 400, x = 2100))
case("two-stage-greg", fv, Dv, list(kind = "calibrate_linear", totals = list(Intercept = 400, x = 2100),
  variable = "before"), "calibrate(d2, ~x, totals)", list(total_before = est(svytotal(~before,
  gr)), mean_before = est(svymean(~before, gr))))
vf <- vil
vf$kind <- factor(vf$kind)
pm <- svypredmeans(svyglm(before ~ x, svydesign(~village + house, fpc = ~N1 + N2, data = vf)), ~kind)
case("two-stage-margins", fv, Dv, list(kind = "predictive_margins", model = "before ~ x", groupfactor = "kind"),
  "svypredmeans(svyglm(before~x, d2), ~kind)", list(names = names(coef(pm)), estimate = as.numeric(coef(pm)),
  se = as.numeric(SE(pm))), 1e-5)
case("jackknife", fv, list(JK1 = list(weights = "weight", clusters = "village", fpc = "N1")),
  list(kind = "replicate_se", variable = "y", numerator = "before", denominator = "x",
  ci = list(level = .9)), "as.svrepdesign(type='JK1')", { j <- as.svrepdesign(svydesign(~village, weights = ~weight,
  fpc = ~N1, data = vil), type = "JK1"); list(JK1 = est(svymean(~y, j,
  na.rm = TRUE), 7, .9), JK1_ratio_se = as.numeric(SE(svyratio(~before, ~x, j)))) })

# ---- edges --------------------------------------------------------------------------------------------------
half <- data.frame(s = rep(c("a", "b", "c", "d", "e"), each = 4), p = rep(1:10, each = 2), w = rep(c(3, 5), 10),
  y = c(4, 2, 5, 3, 1, 1, 2, 5, 4, 4, 3, 2, 5, 5, 1, 2, 3, 3, 4, 1), x = 1:20)
fh <- save_csv(half, "halves.csv")
dh <- svydesign(~p, strata = ~s, weights = ~w, data = half)
Dh <- list(weights = "w", strata = "s", clusters = "p")
rep_case <- function(...) as.svrepdesign(dh, ...)
case("half-samples", fh, list(JKn = Dh, BRR = Dh, Fay = Dh), list(kind = "replicate_se", variable = "y",
  numerator = "y", denominator = "x", fay_rho = .4), "as.svrepdesign(type='JKn'|'BRR'|'Fay')",
  { k <- list(JKn = rep_case(type = "JKn"), BRR = rep_case(type = "BRR"),
  Fay = rep_case(type = "Fay", fay.rho = .4)); c(lapply(k, function(d) est(svymean(~y, d), 5)),
  setNames(lapply(k, function(d) as.numeric(SE(svyratio(~y, ~x, d)))), paste0(names(k), "_ratio_se"))) })
edge <- data.frame(h = rep(c("a", "b"), each = 4), N = rep(c(40, 4), each = 4), w = rep(c(10, 1), each = 4),
  w0 = c(10, 0, 10, 10, 1, 1, 0, 1), same = 3, y = c(1, 5, 2, NA, 4, 4, NA, 1), z = c(1, 1, 0, NA, 1, 0, 1,
  NA), g = c("u", "v", "v", "v", "u", "v", "v", "v"))
fe <- save_csv(edge, "edge.csv")
De <- list(weights = "w", strata = "h", fpc = "N")
de <- svydesign(~1, strata = ~h, weights = ~w, fpc = ~N, data = edge)
u <- subset(svydesign(~1, strata = ~h, weights = ~w, data = edge), g == "u")
case("all-equal", fe, De, list(kind = "mean", variable = "same"), "svymean(~same)",
  list(estimate = 3, se = 0, ci_low = 3, ci_high = 3, df = 6))
case("self-representing", fe, De, list(kind = "mean", variable = "y", na = "drop as domain", level = .9),
  "svymean(~y, de, na.rm=TRUE)", est(svymean(~y, de, na.rm = TRUE), degf(de), .9))
case("zero-weights", fe, list(weights = "w0", strata = "h"), list(kind = "mean", variable = "y",
  na = "drop as domain"), "svymean(~y, weights with zeros)", est(svymean(~y,
  svydesign(~1, strata = ~h, weights = ~w0, data = edge), na.rm = TRUE)))
case("no-degrees-of-freedom", fe, list(weights = "w", strata = "h"),
  list(kind = "mean", variable = "y", where = "g=='u'"), "svymean(~y, one PSU per stratum in the domain)",
  est(svymean(~y, u), degf(u)))
case("nobody", fe, De, list(kind = "mean", variable = "y", where = "g=='w'"), "an empty domain",
  list(estimate = NA, se = "NaN"))
b <- svyby(~y, ~g + h, de, svymean, na.rm = TRUE)
case("one-person-domain", fe, De, list(kind = "domain_mean", variable = "y", by = c("g", "h")),
  "svyby(~y, ~g+h, de, svymean, na.rm=TRUE)", by_est(b, c("g", "h")))
lonely <- function(id, d, D, make, policies) { f <- save_csv(d, paste0(id, ".csv"));
  case(id, f, D, list(kind = "mean", variable = "y", lonely = policies), "options(survey.lonely.psu=)",
  sapply(policies, simplify = FALSE, function(o) { options(survey.lonely.psu = o);
  r <- tryCatch({ m <- svymean(~y, make(d)); list(estimate = as.numeric(coef(m)), se = as.numeric(SE(m))) },
  error = function(e) list(estimate = NA, se = NA)); options(survey.lonely.psu = "fail"); r })) }
every <- c("fail", "adjust", "average", "certainty", "remove")
lonely("lonely", data.frame(s = c(1, 1, 1, 2, 3, 4, 4), y = c(4, 6, 5, 9, 2, 7, 8), w = c(10, 12, 10, 6, 3, 20, 5)),
  list(weights = "w", strata = "s"), function(d) svydesign(~1, strata = ~s, weights = ~w, data = d), every)
lonely("lonely-two-stage", data.frame(s = c(1, 1, 1, 1, 2, 2, 2), p = c(1, 1, 2, 3, 4, 4, 4), q = 1:7,
  y = c(3, 4, 2, 5, 4, 4, 1), w = c(4, 4, 8, 8, 6, 6, 6), n1 = c(6, 6, 6, 6, 3, 3, 3), n2 = c(4, 4, 3, 3, 6, 6,
  6)), list(weights = "w", strata = "s", clusters = c("p", "q"), fpc = c("n1", "n2")),
  function(d) svydesign(~p + q, strata = ~s, weights = ~w, fpc = ~n1 + n2, data = d), every)

# ---- plain counts -------------------------------------------------------------------------------------------
wil <- function(x, n, level) as.numeric(suppressWarnings(prop.test(x, n, correct = FALSE,
  conf.level = level))$conf.int)
case("binomial", list(), list(), list(kind = "binomial_ci", level = .99), "prop.test; binom.test; qbeta",
  lapply(list(c(0, 1), c(1, 1), c(3, 40), c(40, 40), c(777, 9000)), function(k) { x <- k[1]; n <- k[2]
  list(x = x, n = n, p = x/n, wilson = wil(x, n, .99), clopper_pearson = as.numeric(binom.test(x, n,
    conf.level = .99)$conf.int), jeffreys = c(if (x == 0) 0 else qbeta(.005, x + .5, n - x + .5),
    if (x == n) 1 else qbeta(.995, x + .5, n - x + .5))) }))
p <- c(.5, .011, .011, .2, 1, NA, 1e-9)
case("p-values", list(), list(), list(kind = "p_adjust", p = p), "p.adjust",
  list(holm = p.adjust(p, "holm"), bh = p.adjust(p, "BH"), by = p.adjust(p, "BY"),
  bonferroni = p.adjust(p, "bonferroni"), hochberg = p.adjust(p, "hochberg")), 1e-9)
un <- data.frame(unit = c("A", "B", "C", "D", "E"), x = c(40, 10, 12, 20, 33), n = c(90, 10, 30, 20, 90))
fu <- save_csv(un, "units.csv")
pp <- function(method) suppressWarnings(pairwise.prop.test(setNames(un$x, un$unit), un$n, p.adjust.method = method,
  correct = FALSE))$p.value
P <- pp("holm")
ij <- which(!is.na(P), arr.ind = TRUE)
case("pairs", fu, list(), list(kind = "pairwise_two_proportion_z_pooled"),
  "pairwise.prop.test(correct=FALSE); B and D cannot be tested", list(a = rownames(P)[ij[, 1]],
  b = colnames(P)[ij[, 2]], p_raw = pp("none")[ij], p_holm = P[ij]))
pr <- c(.001, .05, .95, .999)
lim <- function(p) { r <- qbinom(p, un$n, .7); a <- (pbinom(r, un$n, .7) - p)/dbinom(r, un$n, .7);
  pmin(1, pmax(0, (r - a)/un$n)) }
case("funnel-limits", fu, list(), list(kind = "funnel_binomial_limits", unit = "unit", numerator = "x",
  denominator = "n", target = .7, probs = pr), "qbinom; pbinom", list(target = .7, unit = un$unit, n = un$n,
  x = un$x, rate = un$x/un$n, limits = lapply(pr, function(p) list(p = p, limit = lim(p),
  r_p = qbinom(p, un$n, .7)))), 1e-8)
p0 <- sum(un$x)/sum(un$n); od <- funnel(asin(sqrt(p0)), .1, asin(sqrt(un$x/un$n)), 1/(2*sqrt(un$n)))
case("funnel-spread", fu, list(), list(kind = "funnel_overdispersion", unit = "unit", numerator = "x",
  denominator = "n", winsorise_each_tail = .1), "by definition", list(unit = un$unit, target = p0, phi = od$phi,
  tau2 = od$tau2, z_unadjusted = od$z, z_adjusted = od$z_adjusted, band = od$band))
cnt <- c(A = 90, B = 90, C = 12, D = 10, E = 0)
k <- 5
P <- outer(cnt, cnt, function(a, b) pbinom(a - 1, a + b, .5, lower.tail = FALSE))
diag(P) <- NA
bt <- matrix(p.adjust(P, "holm"), k) <= .1
case("named-most-often", list(), list(), list(kind = "rank_sets_multinomial", counts = as.list(cnt), coverage = .9),
  "pbinom; p.adjust", list(unit = names(cnt), rank = rank(-cnt, ties.method = "min"),
  low = 1 + colSums(bt, na.rm = TRUE), high = k - rowSums(bt, na.rm = TRUE)), 0)
tab <- data.frame(row = rep(c("r1", "r2"), 2), col = rep(c("c1", "c2"), each = 2), count = c(4, 30, 25, 7),
  suppressed = 1)
case("suppression", save_csv(tab, "table.csv"), list(), list(kind = "suppression_audit"),
  "by hand: with t the first cell, t, 34-t, 29-t, 3+t for t in 0..29", list(row = tab$row, col = tab$col,
  true = tab$count, feasible_low = c(0, 5, 0, 3), feasible_high = c(29, 34, 29, 32), exactly_disclosed = rep(FALSE,
  4)))
tk <- data.frame(dept = 1:2, tickets = c(143, 5), replied = c(139, 0), surveyed = c(88, 0), satisfied = c(70, 0))
case("three-rates", save_csv(tk, "tickets.csv"), list(), list(kind = "three_rates",
  rates = list(response = c("replied", "tickets"), satisfaction = c("satisfied",
  "surveyed")), level = .9), "prop.test(correct=FALSE)", list(list(dept = 1, response = c(139/143, wil(139, 143,
  .9)), satisfaction = c(70/88, wil(70, 88, .9))), list(dept = 2, response = c(0, wil(0, 5, .9)),
  satisfaction = c(NA, NA, NA))), 1e-7)
case("sample-size", list(), list(), list(kind = "sample_size", prop = list(p1 = .9, p2 = .7),
  mean = list(delta = 4, sd = 25), power = .9, alpha = .01, sides = 1), "power.prop.test; power.t.test",
  list(n_prop_per_wave = power.prop.test(p1 = .9, p2 = .7, power = .9, sig.level = .01,
  alternative = "one.sided")$n, n_mean_per_wave = power.t.test(delta = 4, sd = 25, power = .9, sig.level = .01,
  alternative = "one.sided")$n), 1e-4)

# ---- the battery --------------------------------------------------------------------------------------------
set.seed(5)
f <- rnorm(90)
it <- as.data.frame(sapply(1:5, function(j) pmin(5, pmax(1, round(3 + .9*f*c(1, 1, -1, 1, .6)[j] + rnorm(90, 0,
  .7))))))
names(it) <- paste0("i", 1:5)
itn <- it
for (j in 1:5) itn[sample(90, 8), j] <- NA
itn[1, ] <- 4
itn[2, ] <- NA
itn[3, ] <- c(NA, NA, 2, NA, NA)
fi <- save_csv(itn, "items.csv"); turned <- transform(itn, i3 = -i3); V <- cov(turned, use = "pairwise")
alpha <- function(V) { k <- ncol(V); k/(k - 1)*(1 - sum(diag(V))/sum(V)) }; drop <- function(j) V[-j, -j]
case("alpha", fi, list(), list(kind = "cronbach_alpha", items = names(it), reversed = "i3",
  missing = "pairwise covariance"), "cov(use='pairwise'), by definition",
  list(n_items = 5, raw_alpha = alpha(V), std_alpha = alpha(cov2cor(V)),
  alpha_if_dropped = setNames(lapply(1:5, function(j) alpha(drop(j))), names(it)),
  item_rest_r = setNames(lapply(1:5, function(j) sum(V[j, -j])/sqrt(V[j, j]*sum(drop(j)))), names(it))))
cc <- na.omit(turned)
S <- cov(cc)*(nrow(cc) - 1)/nrow(cc)
fa <- factanal(covmat = S, factors = 1, n.obs = nrow(cc), control = list(opt = list(factr = 10)))
sd <- sqrt(diag(S))
l <- as.numeric(fa$loadings)*sd
l <- l*sign(sum(l))
e <- fa$uniquenesses*sd^2
case("omega", save_csv(turned, "turned.csv"), list(), list(kind = "mcdonald_omega_total", items = names(it)),
  "factanal(factors=1), loadings times sd", list(n = nrow(cc), loadings = as.list(setNames(l, names(it))),
  omega_total = sum(l)^2/(sum(l)^2 + sum(e))), 1e-4)
case("careless", fi, list(), list(kind = "careless_indices", items = names(it)),
  "max(rle(r)$lengths); sd(r, na.rm=TRUE), as careless does", list(longstring = apply(itn, 1,
  function(r) max(rle(r)$lengths)), irv = apply(itn, 1, sd, na.rm = TRUE)), 1e-9)
set.seed(9)
X <- as.data.frame(matrix(rnorm(360), 120))
names(X) <- c("a", "b", "c")
X$b <- X$b + .6*X$a
X$y <- X$a + .4*X$b - .3*X$c + rnorm(120)
X$w <- runif(120, 1, 4)
X$c[1:6] <- NA
d <- na.omit(X)
fx <- save_csv(X, "drivers.csv")
r2 <- function(v, u) { d$use <- u; summary(lm(reformulate(v, "y"), d, weights = use))$r.squared }
lmg <- function(w) sapply(c("a", "b", "c"), function(v) { o <- setdiff(c("a", "b", "c"), v);
  r2(v, w)/3 + sum(sapply(o, function(u) r2(c(u, v), w) - r2(u, w)))/6 + (r2(c(o, v), w) - r2(o, w))/3 })
one <- rep(1, nrow(d))
L <- lmg(one)
R <- r2(c("a", "b", "c"), one)
case("drivers", fx, list(), list(kind = "lmg_shapley_r2", outcome = "y", predictors = c("a", "b", "c")),
  "lm over all orders", list(r2 = R, lmg = as.list(L), lmg_share = as.list(L/R),
  first = lapply(list(a = "a", b = "b", c = "c"), r2, u = one), last = lapply(list(a = c("b", "c"), b = c("a", "c"),
  c = c("a", "b")), function(v) R - r2(v, one))), 1e-7)
Lw <- lmg(d$w)
case("drivers-weighted", fx, list(weights = "w"), list(kind = "lmg_shapley_r2", outcome = "y",
  predictors = c("a", "b", "c"), weights = "w"), "lm(weights=) over all orders", list(r2 = r2(c("a", "b", "c"),
  d$w), lmg = as.list(Lw)), 1e-7)
set.seed(8)
ri <- data.frame(x = round(rnorm(150), 3), online = runif(150) > .4, zone = sample(c("n", "s", "w"), 150, TRUE),
  w = round(runif(150, 1, 4), 2))
ri$resp <- rbinom(150, 1, plogis(.3*ri$x + ri$online - .4*(ri$zone == "s")))
gq <- suppressWarnings(svyglm(resp ~ x + online + zone, svydesign(~1, weights = ~w, data = ri),
  family = quasibinomial))
rho <- as.numeric(fitted(gq))
mu <- sum(ri$w*rho)/sum(ri$w)
S <- sqrt(sum(ri$w*(rho - mu)^2)/(sum(ri$w) - 1))
case("r-indicator", save_csv(ri, "frame.csv"), list(weights = "w"),
  list(kind = "r_indicator", response = "resp", predictors = c("x", "online",
  "zone")), "svyglm(family=quasibinomial)", list(response_rate_weighted = mu, coef = as.list(coef(gq)), S = S,
  R = 1 - 2*S, cv = S/mu, rho_min = min(rho), rho_max = max(rho)), 1e-5)

write_json(list(meta = list(set = "more", r = R.version.string, survey = as.character(packageVersion("survey")),
  script = "make_cases.R"), cases = cases), "cases.json", auto_unbox = TRUE, digits = NA, pretty = TRUE,
  na = "null", null = "list")
cat(length(cases), "cases\n")
