// The pair loop of R packages for distance-based measures, such as dbmss: a worker of RcppParallel that for each point
// goes through all the others. Compiled by peer.R with R's own settings. (dbmss adds up weights by distance class, this
// 1/d.)

// [[Rcpp::depends(RcppParallel)]]
#include <Rcpp.h>
#include <RcppParallel.h>

#include <algorithm>
#include <cmath>

struct NeighbourSums : public RcppParallel::Worker {
  RcppParallel::RVector<double> x, y;
  double t;
  RcppParallel::RVector<double> sum;

  NeighbourSums(Rcpp::NumericVector x, Rcpp::NumericVector y, double t, Rcpp::NumericVector sum)
      : x(x), y(y), t(t), sum(sum) {}

  void operator()(std::size_t begin, std::size_t end) override {
    for (std::size_t i = begin; i < end; ++i) {
      double total = 0;
      for (std::size_t j = 0; j < x.length(); ++j) {
        if (i == j) continue;
        const double dx = x[i] - x[j];
        const double dy = y[i] - y[j];
        total += 1 / std::max(std::sqrt(dx * dx + dy * dy), t);
      }
      sum[i] = total;
    }
  }
};

// [[Rcpp::export]]
Rcpp::NumericVector neighbour_sums(Rcpp::NumericVector x, Rcpp::NumericVector y, double t) {
  Rcpp::NumericVector sum(x.size());
  NeighbourSums worker(x, y, t, sum);
  RcppParallel::parallelFor(0, x.size(), worker);
  return sum;
}
