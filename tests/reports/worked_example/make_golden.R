# Computes golden.json: the six publishable departments of the worked example (em-1 section 11), Holm over the six.
# Rscript make_golden.R PATH/TO/residents.csv   (R >= 4.2, survey >= 4.1, jsonlite)
library(survey)
library(jsonlite)
rows <- read.csv(commandArgs(trailingOnly = TRUE)[1])
rows$score <- (rows$overall - 1) * 25
design <- svydesign(~1, strata = ~interaction(wave, district), weights = ~weight, fpc = ~fpc, data = rows)
six <- sprintf("D%02d", 1:6)
target <- 78.03
items <- c("effectiveness", "ease", "efficiency", "transparency", "humanity", "trust")
weights <- c(.25, .15, .15, .15, .15, .15)

figures <- function(code, which) {
  part <- subset(design, wave == which & !is.na(overall) & dept == code)
  score <- svymean(~score, part)
  df <- degf(part)
  t <- qt(.975, df)
  top <- svymean(~I(as.numeric(overall >= 4)), part)
  good <- svymean(~I(as.numeric(overall >= 3)), part)
  p <- as.numeric(coef(top)); ne <- p * (1 - p) / as.numeric(vcov(top))
  reach <- t * sqrt(p * (1 - p) / ne + t^2 / (4 * ne^2))
  for (item in items) {
    answered <- as.numeric(!is.na(part$variables[[item]]))
    part$variables[[paste0("r_", item)]] <- answered
    part$variables[[paste0("y_", item)]] <- ifelse(answered == 1, (part$variables[[item]] - 1) * 25, 0)
  }
  joint <- svyratio(reformulate(paste0("y_", items)), reformulate(paste0("r_", items)), part, covmat = TRUE)
  at <- (0:5) * 6 + 1:6
  list(n = sum(weights(part) > 0), score = as.numeric(coef(score)), score_se = as.numeric(SE(score)),
       score_low = as.numeric(coef(score) - t * SE(score)), score_high = as.numeric(coef(score) + t * SE(score)),
       satisfaction = p, satisfaction_low = (p + t^2 / (2 * ne) - reach) / (1 + t^2 / ne),
       satisfaction_high = (p + t^2 / (2 * ne) + reach) / (1 + t^2 / ne), good_rate = as.numeric(coef(good)),
       index = sum(weights * coef(joint)[at]),
       index_se = as.numeric(sqrt(t(weights) %*% vcov(joint)[at, at] %*% weights)))
}
now <- lapply(six, figures, which = 2)
before <- lapply(six, figures, which = 1)
value <- sapply(now, `[[`, "score"); se <- sapply(now, `[[`, "score_se")
was <- sapply(before, `[[`, "score"); se_was <- sapply(before, `[[`, "score_se")
z <- (value - target) / se
label_p <- p.adjust(2 * pnorm(-abs(z)), "holm")
change <- value - was
change_p <- p.adjust(2 * pnorm(-abs(change / sqrt(se^2 + se_was^2))), "holm")
pairs <- outer(1:6, 1:6, function(j, k) pnorm((value[j] - value[k]) / sqrt(se[j]^2 + se[k]^2), lower.tail = FALSE))
off <- row(pairs) != col(pairs)
beats <- matrix(FALSE, 6, 6); beats[off] <- p.adjust(pairs[off], "holm") <= .05
for (i in 1:6) now[[i]] <- c(now[[i]], z = z[i], p_holm = label_p[i], change = change[i], change_p_holm = change_p[i],
                             rank_low = 1 + sum(beats[, i]), rank_high = 6 - sum(beats[i, ]))
names(now) <- tolower(six)
calls <- c(score = "svymean(~score, subset(design, wave == 2 & !is.na(overall) & dept == code))",
           label = "p.adjust(2 * pnorm(-abs((score - 78.03) / se)), 'holm') over the six",
           change = "p.adjust(2 * pnorm(-abs(change / sqrt(se_2^2 + se_1^2))), 'holm') over the six",
           ranks = "p.adjust(pnorm((x_j - x_k) / se_jk, lower.tail = FALSE), 'holm') <= .05 over the 30 ordered pairs",
           index = "svyratio(covmat = TRUE): sum(w * m), sqrt(t(w) %*% V %*% w)")
write(toJSON(list(r_call = as.list(calls), departments = now), auto_unbox = TRUE, digits = 15, pretty = TRUE), "golden.json")
