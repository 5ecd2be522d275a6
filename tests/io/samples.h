#pragma once
// A small register and its results, valid, with missing values and text that is not ASCII.

#include "host/results.h"

namespace dscore::test {

inline Register sample_register() {
  Register r;
  r.id = {11, 7, 42, 5'000'000'000, -3};
  r.x_m = {121000.25, 121000.25, 155000, -10000, 300000};
  r.y_m = {487000.125, 487000.125, 463000, 280000, 640000};
  r.region = {0, 0, 1, 1, 2};
  r.jobs = {1, 2.5, 0, 1e6, 1.0 / 3};
  r.company = {1, 1, 2, 3, 9'007'199'254'740'993};
  r.membership = {0b011, 0b001, 0b101, 0b001, 0};
  r.populations = {{"industry", "Industry", std::nullopt}, {"water", "Water, \"blue\"", 0}, {"energy", "", 0}};
  r.regions = {
      {"CR01", "Oost-Groningen", "North"}, {"CR04", "Noord-Frysl\xc3\xa2n", ""}, {"CR40", "Flevoland", "East"}};
  r.provenance.set("synthetic", std::string("yes"));
  r.provenance.set("seed", std::int64_t{42});
  r.provenance.set("scale", 0.1);
  return r;
}

inline Results sample_results() {
  Results r;
  r.input = sample_register();
  r.members = {{{0, 1, 2, 3},
                {0.5, 0.5, 0.1, 1.0 / 3},
                {9, 9, 1, 4},
                {Cluster::none, Cluster::none, Cluster::none, Cluster::none}},
               {{0}, {kMissing}, {0}, {Cluster::none}},
               {{2}, {0.75}, {10}, {Cluster::very_strong}}};
  PopulationResult industry{4, 3, 0.3583, 0.4167, 0.5, 0.5, 0.5, kMissing, kMissing, 2, 2};
  PopulationResult water{1, 1, kMissing, kMissing, kMissing, kMissing, kMissing, kMissing, kMissing, 0, 0};
  PopulationResult energy{1, 1, 0.75, 0.75, 0.75, 0.75, 0.75, 1, 1, 0, 0};
  r.populations = {industry, water, energy};
  r.regions = {{{2, 3.5, 0.8, 0.5, kMissing, kMissing, 0}, {2, 1e6, 1.25, 0.2, kMissing, kMissing, 0}, {}},
               {{1, 1, 2.5, kMissing, 0, 0, 2}, {}, {}},
               {{}, {1, 0, 2.5, 0.75, 1, 1, 1}, {}}};
  r.provenance.set("version", std::string("0.1.0"));
  r.provenance.set("threshold_km", 1.0);
  r.provenance.set("quantile_type", std::int64_t{7});
  return r;
}

}  // namespace dscore::test
