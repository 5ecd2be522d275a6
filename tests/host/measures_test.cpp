// Other measures than the note's: decays, cut-offs, great circles, jobs of neighbours, other companies; each held
// against the definition, establishment by establishment.

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "host/run.h"
#include "kernels/error.h"
#include "tests/clouds.h"
#include "tests/reference.h"

namespace dscore::test {
namespace {

/// A plane for tests to be taken to degrees and back.
constexpr double kMetresPerDegree = 1e5;
void to_degrees(std::span<double> x, std::span<double> y) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = x[i] / kMetresPerDegree;
    y[i] = 40 + y[i] / kMetresPerDegree;
  }
}

/// Towns, many of them at the same place, with jobs and companies; one population.
Register one_population(std::size_t n) {
  Register input;
  const Cloud cloud = towns(n);
  Random random(5);
  for (std::size_t i = 0; i < n; ++i) {
    input.id.push_back(static_cast<std::int64_t>(i));
    input.x_m.push_back(cloud.x[i]);
    input.y_m.push_back(cloud.y[i]);
    input.region.push_back(0);
    input.jobs.push_back(std::floor(10 * random()) / 4);
    input.company.push_back(random() < 0.2 ? -1 : static_cast<std::int64_t>(60 * random() * random()));
    input.membership.push_back(1);
  }
  input.populations = {{"all", "", {}}};
  input.regions = {{"R1", "", ""}};
  return input;
}

/// The definition: D_i = sum of w_j f(d_ij) / sum of w_j over the neighbours j, in km.
std::vector<double> by_definition(const Register& input, const Settings& settings) {
  std::vector<double> longitude = input.x_m;
  std::vector<double> latitude = input.y_m;
  to_degrees(longitude, latitude);
  const double t = settings.threshold_km;
  const auto g = [&](double d) {
    return settings.decay.shape == DecayShape::exponential ? std::exp(-settings.decay.parameter * d)
                                                           : std::pow(d, -settings.decay.parameter);
  };
  std::vector<double> scores;
  for (std::size_t i = 0; i < input.size(); ++i) {
    CompensatedSum sum, weights;
    for (std::size_t j = 0; j < input.size(); ++j) {
      if (i == j) continue;
      if (settings.other_companies && input.company[i] >= 0 && input.company[i] == input.company[j]) continue;
      const double weight = settings.neighbours == Neighbours::jobs ? input.jobs[j] : 1;
      weights.add(weight);
      const double d =
          settings.distance == Distance::plane
              ? std::hypot(input.x_m[i] - input.x_m[j], input.y_m[i] - input.y_m[j]) / 1000
              : static_cast<double>(haversine_m(longitude[i], latitude[i], longitude[j], latitude[j])) / 1000;
      if (settings.cutoff_km && d >= *settings.cutoff_km) continue;
      switch (settings.threshold_rule) {
        case ThresholdRule::cap:
          sum.add(weight * g(std::fmax(d, t)));
          break;
        case ThresholdRule::exclude:
          if (d >= t) sum.add(weight * g(d));
          break;
        case ThresholdRule::shift:
          sum.add(weight * g(t + d));
          break;
        case ThresholdRule::none:
          if (d > 0 || settings.decay.shape == DecayShape::exponential) sum.add(weight * g(d));
          break;
      }
    }
    scores.push_back(sum.value() / weights.value());
  }
  return scores;
}

std::vector<Settings> measures() {
  std::vector<Settings> all;
  const auto add = [&](auto change) {
    Settings settings;
    settings.to_degrees = to_degrees;
    change(settings);
    all.push_back(settings);
  };
  for (const ThresholdRule rule :
       {ThresholdRule::cap, ThresholdRule::exclude, ThresholdRule::shift, ThresholdRule::none}) {
    add([&](Settings& s) { s.threshold_rule = rule, s.decay = {DecayShape::power, 2}; });
    add([&](Settings& s) { s.threshold_rule = rule, s.decay = {DecayShape::power, 0.7}; });
    add([&](Settings& s) { s.threshold_rule = rule, s.decay = {DecayShape::exponential, 0.1}; });
    add([&](Settings& s) { s.threshold_rule = rule, s.cutoff_km = 25; });
    add([&](Settings& s) { s.threshold_rule = rule, s.distance = Distance::great_circle; });
    add([&](Settings& s) { s.threshold_rule = rule, s.neighbours = Neighbours::jobs; });
    add([&](Settings& s) { s.threshold_rule = rule, s.other_companies = true; });
    add([&](Settings& s) {
      s.threshold_rule = rule, s.neighbours = Neighbours::jobs, s.other_companies = true, s.cutoff_km = 40,
      s.decay = {DecayShape::power, 1.5}, s.distance = Distance::great_circle;
    });
  }
  return all;
}

TEST(Measures, AreTheirDefinitions) {
  const Register input = one_population(700);
  const auto backend = make_cpu_backend(2);
  for (const Settings& settings : measures()) {
    SCOPED_TRACE(std::string(name_of(settings.threshold_rule)) + " " + name_of(settings.decay) + " " +
                 name_of(settings.distance) + " " + name_of(settings.neighbours) +
                 (settings.cutoff_km ? " cut off" : "") + (settings.other_companies ? " other companies" : ""));
    const Results results = run(*backend, input, settings);
    EXPECT_LE(worst_error(results.members[0].d_score, by_definition(input, settings)), 2e-12);
  }
}

TEST(Measures, AreKeptByTheFastMethod) {
  const Register input = one_population(3000);
  const auto backend = make_cpu_backend(2);
  for (const Settings& measure : measures()) {
    if (measure.cutoff_km || measure.distance == Distance::great_circle) continue;
    SCOPED_TRACE(std::string(name_of(measure.threshold_rule)) + " " + name_of(measure.decay) + " " +
                 name_of(measure.neighbours) + (measure.other_companies ? " other companies" : ""));
    Settings settings = measure;
    settings.method = Method::exact;
    const Results exact = run(*backend, input, settings);
    settings.method = Method::p3m;
    settings.tolerance = 1e-7;
    const Results fast = run(*backend, input, settings);
    EXPECT_EQ(fast.sums[0].method, Method::p3m);
    EXPECT_LE(worst_error(fast.members[0].d_score, exact.members[0].d_score), 1.5e-7);
    EXPECT_NE(fast.members[0].d_score, exact.members[0].d_score);
  }
}

TEST(Measures, RefuseWhatHasNoScore) {
  Register input = one_population(50);
  const auto backend = make_cpu_backend(1);
  Settings jobs;
  jobs.neighbours = Neighbours::jobs;
  std::fill(input.jobs.begin(), input.jobs.end(), 0);
  const Results none = run(*backend, input, jobs);  // nobody's neighbours weigh anything: missing all together
  EXPECT_TRUE(is_missing(none.populations[0].mean_d));
  input.jobs[7] = 3;  // number 7 alone has nobody
  EXPECT_THROW(run(*backend, input, jobs), Error);
  Settings others;
  others.other_companies = true;
  std::fill(input.company.begin(), input.company.end(), 4);
  EXPECT_TRUE(is_missing(run(*backend, input, others).populations[0].mean_d));
  input.company.clear();
  EXPECT_THROW(run(*backend, input, others), Error);
  Settings sphere;
  sphere.distance = Distance::great_circle;
  EXPECT_THROW(run(*backend, input, sphere), UsageError);  // no way back to degrees
  sphere.to_degrees = to_degrees;
  sphere.method = Method::p3m;
  EXPECT_THROW(run(*backend, input, sphere), UsageError);
}

TEST(Measures, NamesReadBack) {
  for (const char* text : {"power:1", "power:0.5", "exponential:0.125"}) EXPECT_EQ(name_of(parse_decay(text)), text);
  for (const char* text : {"", "power", "power:", "power:x", "exp:1", "exponential:1 "}) {
    EXPECT_THROW(parse_decay(text), Error) << text;
  }
  EXPECT_EQ(unit_of(parse_decay("power:1")), "1/km");
  EXPECT_EQ(unit_of(parse_decay("power:2")), "1/km^2");
  EXPECT_EQ(unit_of(parse_decay("exponential:2")), "1");
  for (const char* text : {"power:0", "power:-1", "power:1e3", "exponential:inf"}) {
    Settings settings;
    settings.decay = parse_decay(text);
    EXPECT_THROW(check(settings), UsageError) << text;
  }
}

}  // namespace
}  // namespace dscore::test
