// Settings: the threshold in metres, the checks, the names and what is recorded.

#include "host/settings.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "kernels/error.h"

namespace dscore {
namespace {

TEST(ThresholdM, IsTheDecimalTheUserTyped) {
  EXPECT_EQ(threshold_m(1), 1000);
  EXPECT_EQ(threshold_m(1.001), 1001);
  EXPECT_EQ(threshold_m(0.29), 290);
  EXPECT_EQ(threshold_m(4.35), 4350);
  EXPECT_EQ(threshold_m(100'000), 1e8);
  EXPECT_EQ(threshold_m(12.345678), 12345.678);
  EXPECT_EQ(threshold_m(1e-3), 1);
  EXPECT_EQ(threshold_m(2.5e-7), 2.5e-4);
  int products_that_miss = 0;
  for (int metres = 1; metres <= 20'000; ++metres) {
    const double km = std::stod(std::to_string(metres / 1000) + "." + std::to_string(1000 + metres % 1000).substr(1));
    ASSERT_EQ(threshold_m(km), metres);
    products_that_miss += km * 1000 != metres ? 1 : 0;
  }
  EXPECT_GT(products_that_miss, 0) << "a product would do";
}

/// The text of the UsageError that check() throws; empty if it throws none.
std::string complaint(const Settings& settings) {
  try {
    check(settings);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

template <class Change>
Settings changed(Change change) {
  Settings settings;
  change(settings);
  return settings;
}

TEST(CheckSettings, AcceptsTheDefaultsAndTheLimits) {
  EXPECT_EQ(complaint({}), "");
  EXPECT_EQ(complaint(changed([](Settings& s) { s.threshold_km = 1e5; })), "");
  EXPECT_EQ(complaint(changed([](Settings& s) { s.threshold_km = 1e-6; })), "");
  for (const int type : {1, 9}) EXPECT_EQ(complaint(changed([&](Settings& s) { s.quantile_type = type; })), "");
  for (const double share : {0.0, 1.0}) EXPECT_EQ(complaint(changed([&](Settings& s) { s.large_share = share; })), "");
}

TEST(CheckSettings, NamesTheFlagThatIsWrong) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  for (const double km : {0.0, -1.0, 100'001.0, inf, -inf, nan}) {
    EXPECT_EQ(complaint(changed([&](Settings& s) { s.threshold_km = km; })).rfind("--threshold-km: ", 0), 0U) << km;
  }
  for (const int type : {0, 10, -7}) {
    EXPECT_EQ(complaint(changed([&](Settings& s) { s.quantile_type = type; })).rfind("--quantile-type: ", 0), 0U);
  }
  for (const double share : {-0.01, 1.01, nan}) {
    EXPECT_EQ(complaint(changed([&](Settings& s) { s.large_share = share; })).rfind("--large-share: ", 0), 0U);
  }
  for (const double tolerance : {0.0, -1e-9, 0.9e-12, 1.1e-3, nan}) {
    EXPECT_EQ(complaint(changed([&](Settings& s) { s.tolerance = tolerance; })).rfind("--tolerance: ", 0), 0U);
  }
  EXPECT_EQ(complaint(changed([](Settings& s) { s.threads = -1; })).rfind("--threads: -1 ", 0), 0U);
}

TEST(RecordSettings, RecordsEverySettingAsUsed) {
  Settings settings;
  settings.threshold_km = 2.5;
  settings.threshold_rule = ThresholdRule::shift;
  settings.threads = 3;
  settings.quantile_type = 8;
  settings.tolerance = 1e-5;
  Provenance provenance;
  record(provenance, settings, "cuda");
  const auto text = [&](const char* name) { return std::get<std::string>(*provenance.find(name)); };
  EXPECT_EQ(std::get<double>(*provenance.find("threshold_km")), 2.5);
  EXPECT_EQ(text("threshold_rule"), "shift");
  EXPECT_EQ(text("device"), "cuda");
  EXPECT_EQ(text("precision"), "mixed") << "the tolerance allows it";
  EXPECT_EQ(text("method"), "auto");
  EXPECT_EQ(std::get<double>(*provenance.find("tolerance")), 1e-5);
  EXPECT_EQ(std::get<std::int64_t>(*provenance.find("threads")), 3);
  EXPECT_EQ(std::get<std::int64_t>(*provenance.find("quantile_type")), 8);
  EXPECT_EQ(provenance.find("large_share"), nullptr) << "only a run has regions";
  settings.threads = 0;
  record(provenance, settings, "cuda");
  EXPECT_EQ(std::get<std::int64_t>(*provenance.find("threads")), cpu_threads(0));
}

TEST(RecordSettings, RecordsWhatWasDone) {
  Provenance provenance;
  std::vector<SumReport> sums(4);
  sums[1].method = Method::p3m;
  sums[1].check = {1024, 3e-10, 1e-10, 0.5};
  sums[2].method = Method::p3m;
  sums[2].check = {1024, 2e-10, 1e-10, 0.25};
  sums[3].fell_back = true;  // exact, after fast sums that were off: those were not taken
  sums[3].check = {1024, 1e-3, 1e-4, 0.25};
  record(provenance, sums);
  EXPECT_EQ(std::get<std::string>(*provenance.find("methods")), "exact,p3m,p3m,exact");
  EXPECT_EQ(std::get<std::int64_t>(*provenance.find("checked_targets")), 2048);
  EXPECT_EQ(std::get<double>(*provenance.find("check_largest_error")), 3e-10);
  EXPECT_DOUBLE_EQ(std::get<double>(*provenance.find("check_rms_error")), 1e-10);
  EXPECT_EQ(std::get<double>(*provenance.find("check_s")), 1);
}

TEST(SumSettings, TakeThePrecisionThatTheToleranceAsksFor) {
  Settings settings;
  EXPECT_EQ(sum_settings(settings).method, Method::automatic);
  EXPECT_EQ(sum_settings(settings).pairs.precision, Precision::double_);
  settings.tolerance = 1e-6;
  EXPECT_EQ(sum_settings(settings).pairs.precision, Precision::mixed);
  settings.precision = Precision::double_;  // a precision is of exact sums
  EXPECT_EQ(sum_settings(settings).method, Method::exact);
  EXPECT_EQ(sum_settings(settings).pairs.precision, Precision::double_);
}

TEST(Names, AreThoseOfTheFlags) {
  EXPECT_STREQ(name_of(ThresholdRule::cap), "cap");
  EXPECT_STREQ(name_of(ThresholdRule::exclude), "exclude");
  EXPECT_STREQ(name_of(ThresholdRule::none), "none");
  EXPECT_STREQ(name_of(Device::automatic), "auto");
  EXPECT_STREQ(name_of(Device::cpu), "cpu");
  EXPECT_STREQ(name_of(Precision::double_), "double");
  EXPECT_STREQ(name_of(Method::automatic), "auto");
  EXPECT_STREQ(name_of(Method::exact), "exact");
  EXPECT_STREQ(name_of(Method::p3m), "p3m");
  EXPECT_STREQ(name_of(Method::tree), "tree");
}

}  // namespace
}  // namespace dscore
