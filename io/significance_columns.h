#pragma once
// The columns of tables of significance, each named once (io/result_columns.h).

#include "host/significance.h"
#include "io/result_columns.h"

namespace dscore {

/// A test without adjusted p-values.
template <class Visit>
void each_of_test(Visit visit) {
  visit("observed", &TestResult::observed);
  visit("null_mean", &TestResult::null_mean);
  visit("null_sd", &TestResult::null_sd);
  visit("z", &TestResult::z);
  visit("p_upper", &TestResult::p_upper);
  visit("p_lower", &TestResult::p_lower);
  visit("p_two_sided", &TestResult::p_two_sided);
  visit("draws", &TestResult::draws);
  visit("null_2_5", &TestResult::low);
  visit("null_97_5", &TestResult::high);
  visit("null_min", &TestResult::min);
  visit("null_max", &TestResult::max);
}
template <class Visit>
void each(const TestResult* /*tag*/, Visit visit) {
  each_of_test(visit);
  visit("q_upper", &TestResult::q_upper);
  visit("q_lower", &TestResult::q_lower);
  visit("q_two_sided", &TestResult::q_two_sided);
}
template <class Visit>
void each(const PopulationTests* /*tag*/, Visit visit) {
  using Row = PopulationTests;
  visit("establishments", &Row::establishments);
  visit("benchmark_establishments", &Row::benchmark_establishments);
  visit("outside_benchmark", &Row::outside_benchmark);
  visit("pool", &Row::pool);
  visit("draws", &Row::draws);
  visit("mean_d", &Row::mean_d);
  visit("benchmark_mean_d", &Row::benchmark_mean_d);
  visit("draws_largest_error", &Row::check_largest);
}
template <class Visit>
void each(const TwoSamples* /*tag*/, Visit visit) {
  using Row = TwoSamples;
  visit("kolmogorov_smirnov", &Row::kolmogorov_smirnov);
  visit("kolmogorov_smirnov_p", &Row::kolmogorov_smirnov_p);
  visit("mann_whitney_u", &Row::mann_whitney_u);
  visit("mann_whitney_z", &Row::mann_whitney_z);
  visit("mann_whitney_p", &Row::mann_whitney_p);
  visit("superiority", &Row::superiority);
}

/// Calls visit(name, column) for every column of members but their rows.
template <class Visit>
void each_of_members(Visit visit) {
  visit("d_score", &MemberTests::d_score);
  visit("null_mean", &MemberTests::null_mean);
  visit("null_sd", &MemberTests::null_sd);
  visit("z", &MemberTests::z);
  visit("p_upper", &MemberTests::p_upper);
  visit("q_upper", &MemberTests::q_upper);
}

}  // namespace dscore
