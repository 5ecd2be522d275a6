# One R peer on one file of points: prints a JSON object, as peer.py does. Run by compare.py, in a process of its own.
#
# usage: Rscript peer.R NAME POINTS RUNS THREADS     POINTS: x, then y, as doubles; metres

options(digits = 17)
arguments <- commandArgs(trailingOnly = TRUE)
name <- arguments[1]
path <- arguments[2]
runs <- as.integer(arguments[3])
threads <- as.integer(arguments[4])
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))

n <- file.size(path) / 16
values <- readBin(path, "double", 2 * n)
x <- values[seq_len(n)]
y <- values[n + seq_len(n)]
rm(values)
merge_s <- NA

# All distances in one matrix, as spatstat's manual has it: 8 n^2 bytes, and again for what is made of them.
spatstat_pairdist <- function() {
  f <- 1 / pmax.int(spatstat.geom::pairdist(x, y), 1000)
  dim(f) <- c(n, n)
  (1000 * rowSums(f) - 1) / (n - 1)
}

# Merged places; distances in blocks that stay in the cache; a process for each core.
spatstat_crossdist <- function() {
  start <- proc.time()[["elapsed"]]
  order <- order(x, y, method = "radix")
  begins <- c(TRUE, diff(x[order]) != 0 | diff(y[order]) != 0)
  place <- integer(n)
  place[order] <- cumsum(begins)
  at_x <- x[order][begins]
  at_y <- y[order][begins]
  counts <- tabulate(place)
  merge_s <<- proc.time()[["elapsed"]] - start
  rows <- max(1L, as.integer(1e5 / length(at_x)))
  blocks <- split(seq_along(at_x), (seq_along(at_x) - 1) %/% rows)
  sums <- parallel::mclapply(blocks, function(block) {
    f <- 1 / pmax.int(spatstat.geom::crossdist(at_x, at_y, at_x[block], at_y[block]), 1000)
    dim(f) <- c(length(at_x), length(block))
    crossprod(f, counts)
  }, mc.cores = threads)
  (1000 * unlist(sums) - 1)[place] / (n - 1)
}

pair_loop <- function() 1000 * neighbour_sums(x, y, 1000) / (n - 1)

if (name == "pair_loop") {  # compiled before the clock starts
  RcppParallel::setThreadOptions(numThreads = threads)
  Rcpp::sourceCpp(file.path(here, "pair_loop.cpp"), cacheDir = tempdir())
}
peer <- list(
  spatstat_pairdist = list(spatstat_pairdist, "spatstat.geom", "pairdist: one matrix of all distances; one thread"),
  spatstat_crossdist = list(spatstat_crossdist, "spatstat.geom", "crossdist in blocks over merged places, a process for each core"),
  pair_loop = list(pair_loop, "RcppParallel", "a pair loop as in dbmss, in RcppParallel, compiled with R's settings")
)[[name]]

invisible(loadNamespace(peer[[2]]))  # before the clock starts
seconds <- numeric(runs)
for (run in seq_len(runs)) {
  seconds[run] <- system.time(d <- peer[[1]]())[["elapsed"]]
}
peak_kib <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\1", grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)))
sample <- d[1 + (0:199 * (n - 1)) %/% 199]
cat(sprintf('{"total_s": %.4f, %s"version": "%s %s, R %s.%s", "how": "%s", "peak_mib": %.1f, "sample": [%s]}\n',
            median(seconds), if (is.na(merge_s)) "" else sprintf('"merge_s": %.4f, ', merge_s), peer[[2]],
            packageVersion(peer[[2]]), R.version$major, R.version$minor, peer[[3]], peak_kib / 1024,
            paste(sprintf("%.17g", sample), collapse = ", ")))
