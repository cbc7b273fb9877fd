# Simulates a wave and writes people.csv and expected.json: what R's survey package says of raked, post-stratified,
# clustered and standardised designs. Run by hand with R >= 4.2, survey >= 4.1, jsonlite: Rscript make_expected.R
library(survey)
library(jsonlite)
options(survey.lonely.psu = "fail")
set.seed(20210)

size <- c(north = 260, south = 340, east = 200)
population <- c(north = 9000, south = 21000, east = 4000)
people <- do.call(rbind, lapply(names(size), function(h) {
  n <- size[[h]]
  age <- sample(c("young", "middle", "old"), n, TRUE, prob = c(.25, .4, .35))
  sex <- sample(c("f", "m"), n, TRUE, prob = c(.6, .4))
  liking <- 3.4 + .5 * (age == "old") - .3 * (sex == "m") - .4 * (h == "east") + rnorm(n)
  grade <- function() pmin(5, pmax(1, round(liking + rnorm(n, 0, .7))))
  rated <- runif(n) < .55
  missing <- function(x, p) ifelse(rated & runif(n) > p, x, NA)
  overall <- missing(grade(), .03)
  keep <- function(x) ifelse(is.na(overall), NA, x)
  data.frame(stratum = h, psu = sample(1:12, n, TRUE), age, sex, overall,
             ease = keep(missing(grade(), .1)), speed = keep(missing(grade(), .1)), trust = keep(missing(grade(), .1)))
}))
people$id <- seq_len(nrow(people))
people$N <- population[people$stratum]
people$w <- people$N / size[people$stratum]
people$rated <- as.numeric(!is.na(people$overall))
people$score <- ifelse(people$rated == 1, (people$overall - 1) * 25, 0) # a calibrated design keeps all rows: NA would spread
people$top <- ifelse(people$rated == 1, as.numeric(people$overall >= 4), 0)
write.csv(people[c("stratum", "psu", "age", "sex", "overall", "ease", "speed", "trust")], "people.csv",
          row.names = FALSE, quote = FALSE, na = "")

age <- data.frame(age = c("young", "middle", "old"), Freq = c(10200, 13600, 10200))
sex <- data.frame(sex = c("f", "m"), Freq = c(17340, 16660))
plain <- svydesign(~1, strata = ~stratum, weights = ~w, fpc = ~N, data = people)
raked <- rake(plain, list(~age, ~sex), list(age, sex), control = list(maxit = 200, epsilon = 1e-12))
post <- postStratify(plain, ~age, age)
people$psus <- c(north = 40, south = 80, east = 30)[people$stratum]
clustered <- svydesign(~psu, strata = ~stratum, weights = ~w, fpc = ~psus, nest = TRUE, data = people)

figures <- function(design) {
  rated <- subset(design, rated == 1)
  df <- degf(rated)
  score <- svymean(~score, rated)
  t <- qt(.975, df)
  top <- svymean(~top, rated)
  p <- as.numeric(coef(top)); ne <- p * (1 - p) / as.numeric(vcov(top))
  reach <- t * sqrt(p * (1 - p) / ne + t^2 / (4 * ne^2))
  items <- c("ease", "speed", "trust")
  for (item in items) {
    answered <- as.numeric(!is.na(rated$variables[[item]]))
    rated$variables[[paste0("r_", item)]] <- answered
    rated$variables[[paste0("y_", item)]] <- ifelse(answered == 1, (rated$variables[[item]] - 1) * 25, 0)
  }
  joint <- svyratio(~y_ease + y_speed + y_trust, ~r_ease + r_speed + r_trust, rated, covmat = TRUE)
  at <- c(1, 5, 9)
  weight <- c(.5, .3, .2)
  list(score = as.numeric(coef(score)), score_se = as.numeric(SE(score)), df = df,
       score_low = as.numeric(coef(score) - t * SE(score)), score_high = as.numeric(coef(score) + t * SE(score)),
       satisfaction = p, satisfaction_se = as.numeric(SE(top)),
       satisfaction_low = (p + t^2 / (2 * ne) - reach) / (1 + t^2 / ne),
       satisfaction_high = (p + t^2 / (2 * ne) + reach) / (1 + t^2 / ne),
       index = sum(weight * coef(joint)[at]),
       index_se = as.numeric(sqrt(t(weight) %*% vcov(joint)[at, at] %*% weight)))
}
mix <- c(middle = .4, old = .3, young = .3)
people$raked <- weights(raked)
fixed <- svydesign(~1, strata = ~stratum, weights = ~raked, fpc = ~N, data = people) # the raked weights as they are
standard <- svymean(~score, svystandardize(subset(fixed, rated == 1), by = ~age, over = ~1, population = mix))
expected <- list(plain = figures(plain), raked = figures(raked), poststratified = figures(post),
                 clustered = figures(clustered),
                 standardised = list(score = as.numeric(coef(standard)), score_se = as.numeric(SE(standard))))
write(toJSON(expected, auto_unbox = TRUE, digits = 15, pretty = TRUE), "expected.json")
