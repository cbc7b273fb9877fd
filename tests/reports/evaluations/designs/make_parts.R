# Reads people.csv and writes parts.json: what R's survey package says of groups of residents as parts of the whole sample,
# by stratum and by margins that cross the strata, with weights N/n and with raked weights taken as they are.
# Run by hand with R >= 4.2, survey >= 4.1, jsonlite: Rscript make_parts.R
library(survey)
library(jsonlite)
options(survey.lonely.psu = "fail")
people <- read.csv("people.csv", na.strings = "")
population <- c(north = 9000, south = 21000, east = 4000)
people$N <- population[people$stratum]
people$w <- people$N / as.numeric(table(people$stratum)[people$stratum])
people$score <- (people$overall - 1) * 25
people$top <- as.numeric(people$overall >= 4)
plain <- svydesign(~1, strata = ~stratum, weights = ~w, fpc = ~N, data = people)
age <- data.frame(age = c("young", "middle", "old"), Freq = c(10200, 13600, 10200))
sex <- data.frame(sex = c("f", "m"), Freq = c(17340, 16660))
raked <- rake(plain, list(~age, ~sex), list(age, sex), control = list(maxit = 200, epsilon = 1e-12))
people$raked <- weights(raked)
fixed <- svydesign(~1, strata = ~stratum, weights = ~raked, fpc = ~N, data = people)

figures <- function(design, by) {
  rated <- subset(design, !is.na(overall))
  scores <- svyby(~score, by, rated, svymean)
  rates <- svyby(~top, by, rated, svymean)
  codes <- as.character(scores[[1]])
  setNames(lapply(seq_along(codes), function(i) {
    part <- rated[rated$variables[[names(scores)[1]]] == codes[i], ]
    df <- degf(part)
    t <- qt(.975, df)
    p <- rates$top[i]; ne <- p * (1 - p) / rates$se[i]^2
    reach <- t * sqrt(p * (1 - p) / ne + t^2 / (4 * ne^2))
    list(n = nrow(part$variables), score = scores$score[i], score_se = scores$se[i],
         score_low = scores$score[i] - t * scores$se[i], score_high = scores$score[i] + t * scores$se[i],
         satisfaction = p, satisfaction_low = (p + t^2 / (2 * ne) - reach) / (1 + t^2 / ne),
         satisfaction_high = (p + t^2 / (2 * ne) + reach) / (1 + t^2 / ne))
  }), codes)
}
gap <- function(parts) {
  pairs <- combn(names(parts), 2)
  at <- function(name, figure) parts[[name]][[figure]]
  difference <- apply(pairs, 2, function(pair) at(pair[2], "score") - at(pair[1], "score"))
  se <- apply(pairs, 2, function(pair) sqrt(at(pair[1], "score_se")^2 + at(pair[2], "score_se")^2))
  p <- p.adjust(2 * pnorm(-abs(difference / se)), "holm")
  i <- which.max(abs(difference))
  list(difference = abs(difference[i]), low = abs(difference[i]) - qnorm(.975) * se[i],
       high = abs(difference[i]) + qnorm(.975) * se[i], p_holm = p[i])
}
whole <- function(design) {
  ways <- list(place = figures(design, ~stratum), age = figures(design, ~age), sex = figures(design, ~sex))
  lapply(ways, function(parts) list(groups = parts, gap = gap(parts)))
}
write(toJSON(list(plain = whole(plain), raked = whole(fixed)), auto_unbox = TRUE, digits = 15, pretty = TRUE),
      "parts.json")
