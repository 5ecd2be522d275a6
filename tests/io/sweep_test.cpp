// Plans of sensitivity analyses, and the files and tables of their results.

#include "host/sweep.h"

#include <gtest/gtest.h>

#include "io/hdf5.h"
#include "io/layout.h"
#include "io/sweep_file.h"
#include "io/sweep_plan_file.h"
#include "io/sweep_tables.h"
#include "io/validate.h"
#include "tests/io/samples.h"
#include "tests/io/scratch.h"

namespace dscore::test {
namespace {

SweepPlan plan_of(const std::string& text) { return parse_sweep_plan("plan.toml", text, sample_register(), {}); }

std::string complaint(const std::string& text) {
  return error_of([&] { plan_of(text); });
}

TEST(SweepPlan, OfNothingIsTheBaseline) {
  const SweepPlan plan = plan_of("");
  ASSERT_EQ(plan.settings.size(), 1U);
  EXPECT_EQ(plan.settings[0].factor, "baseline");
  EXPECT_TRUE(plan.band_edges_m.empty());
}

TEST(SweepPlan, TheShippedOnesAreRead) {
  Register input = sample_register();
  input.regions[1].code = "CR03";
  input.regions[2].code = "CR02";
  const SweepPlan example = parse_sweep_plan("example", sweep_example(), input, {});
  EXPECT_GT(example.settings.size(), 40U);
  EXPECT_EQ(example.band_edges_m.size(), 7U);
  const SweepPlan note = parse_sweep_plan("note", sweep_note_2012(), input, {});
  EXPECT_EQ(note.settings.size(), 1U + 3 * 6);
}

TEST(SweepPlan, VariesOneValueAtATimeAroundTheBaseline) {
  const SweepPlan plan = plan_of(R"(
    [baseline]
    threshold_km = 2
    decay = "power:2"
    [[vary]]
    threshold_km = [0.5, 1]
    threshold_rule = "shift"
    cutoff_km = 50
    neighbours = ["jobs"]
    other_companies = true
    cluster_levels = "0.8 0.9"
  )");
  ASSERT_EQ(plan.settings.size(), 8U);
  for (const SweepSetting& setting : plan.settings) {
    EXPECT_EQ(setting.settings.decay, (Decay{DecayShape::power, 2})) << setting.factor;
    if (setting.factor == "threshold_km") continue;
    EXPECT_EQ(setting.settings.threshold_km, 2) << setting.factor;
  }
  EXPECT_EQ(plan.settings[1].value, "0.5");
  EXPECT_EQ(plan.settings[1].settings.threshold_km, 0.5);
  EXPECT_EQ(plan.settings[3].settings.threshold_rule, ThresholdRule::shift);
}

TEST(SweepPlan, AGridHasAllCombinations) {
  const SweepPlan plan = plan_of("[[grid]]\nthreshold_km = [1, 2, 3]\nthreshold_rule = [\"cap\", \"none\"]\n");
  ASSERT_EQ(plan.settings.size(), 7U);
  EXPECT_EQ(plan.settings[6].factor, "threshold_km & threshold_rule");
  EXPECT_EQ(plan.settings[6].value, "3 & none");
  EXPECT_EQ(plan.settings[6].settings.threshold_km, 3);
  EXPECT_EQ(plan.settings[6].settings.threshold_rule, ThresholdRule::none);
}

TEST(SweepPlan, NamesPlacesCompaniesAndPopulations) {
  const SweepPlan plan = plan_of(R"(
    [[vary]]
    benchmark = ["energy", "everything", "others"]
    [[move]]
    regions = ["CR04"]
    vector_km = [1.5, -2]
    [[leave_out]]
    regions = "each"
    largest_companies = 2
    companies = [9007199254740993]
    [[leave_out]]
    name = "Town"
    circle_m = [121000, 487000, 500]
    [[subsample]]
    share = 0.4
    repeats = 3
    [bands]
    edges_km = [1, 2.5]
  )");
  ASSERT_EQ(plan.settings.size(), 1U + 3 + 1 + 3 + 3 + 1 + 3);
  EXPECT_EQ(std::get<OtherBenchmark>(plan.settings[1].change).population, 2U);
  const auto move = std::get<MoveRegion>(plan.settings[4].change);
  EXPECT_EQ(move.region, 1U);
  EXPECT_EQ(move.dx_m, 1500);
  EXPECT_EQ(move.dy_m, -2000);
  EXPECT_EQ(std::get<WithoutCompany>(plan.settings[8].change).company, 9'007'199'254'740'993);
  EXPECT_EQ(std::get<WithoutCompany>(plan.settings[9].change).company, 3);  // with a million jobs
  EXPECT_EQ(plan.band_edges_m, (std::vector<double>{1000, 2500}));
}

TEST(SweepPlan, RefusesByFileLineAndKey) {
  const auto says = [](const std::string& text, const std::string& what) {
    EXPECT_NE(complaint(text).find(what), std::string::npos) << text << "\n" << complaint(text);
  };
  says("[[vary]]\nthreshold_km = [1, \"far\"]\n", "plan.toml, line 2, vary.threshold_km: \"far\" is not a number");
  says("[[vary]]\nthreshold_km = [-1]\n", "is not a distance");
  says("[[vary]]\nthreshold = [1]\n", "there is no such setting");
  says("[vary]\nthreshold_km = [1]\n", "[[vary]]");
  says("[[vary]]\nthreshold_km = []\n", "the list is empty");
  says("[[vary]]\ndecay = \"steep\"\n", "is not a decay");
  says("[[vary]]\nbenchmark = \"nobody\"\n", "not a population of the register");
  says("[[grid]]\n", "no setting to vary");
  says("[[vary]]\n", "no setting to vary");
  says("[[leave_out]]\n", "nothing to leave out");
  says("[[leave_out]]\nregions = []\n", "the list is empty");
  says("[[leave_out]]\ncircle_m = [nan, 0, 3]\nname = \"a\"\n", "three numbers");
  says("[baseline]\nthreshold_km = [1, 2]\n", "one value");
  says("[[move]]\nregions = [\"XX\"]\nfactors = [2]\n", "\"XX\" is not the code of a region");
  says("[[move]]\nregions = [\"CR04\"]\n", "either factors");
  says("[[move]]\nregions = \"CR04\"\nvector_km = [1, 2]\ncentre_m = [0, 0]\n",
       "line 4, move.centre_m: is for factors only");
  says("[[move]]\nregions = [\"each\", \"CR04\"]\nfactors = [2]\n", "line 2, move.regions: \"each\" is all regions");
  says("[[move]]\nfactors = [2]\n", "regions");
  says("[[leave_out]]\ncompanies = [12345]\n", "is not a company of the register");
  says("[[leave_out]]\nlargest_companies = 99\n", "from 1 to 4");
  says("[[leave_out]]\ncircle_m = [1, 2]\nname = \"a\"\n", "three numbers");
  says("[[leave_out]]\ncircle_m = [1, 2, 3]\n", "missing");
  says("[[subsample]]\nshare = 1\n", "above 0 and below 1");
  says("[bands]\nedges_km = [2, 1]\n", "each larger than the one before");
  says("speed = 1\n", "there is no such setting");
  says("[[vary]\n", "not TOML");
}

TEST(SweepPlan, RefusesWhatTheRegisterCannotDo) {
  Register input = sample_register();
  const auto says = [&](const std::string& text, const std::string& what) {
    const std::string error = error_of([&] { parse_sweep_plan("plan.toml", text, input, {}); });
    EXPECT_NE(error.find(what), std::string::npos) << text << "\n" << error;
  };
  input.company = {-1, -2, -3, -4, -5};
  for (const char* which : {"largest_companies = 1", "companies = [3]"}) {
    says(std::string("[[leave_out]]\n") + which + "\n", "line 2, leave_out.");
    says(std::string("[[leave_out]]\n") + which + "\n", "no establishment of the register has a known company");
  }
  input.region = {0, 0, 0, 0, 2};
  const std::string nobody = "line 2, leave_out.regions: \"CR04\" has no establishment in the register";
  says("[[leave_out]]\nregions = [\"CR01\", \"CR04\"]\n", nobody);
  says("[[move]]\nregions = \"CR04\"\nfactors = [2]\n", "\"CR04\" has no establishment");
  input.region = {0, 0, 0, 0, 0};
  says("[[leave_out]]\nregions = \"each\"\n", "plan.toml, line 2, leave_out.regions: leaves no establishment");
  says("[[subsample]]\nshare = 0.01\nrepeats = 1\n", "plan.toml, line 3, subsample.repeats: leaves no establishment");
}

TEST(SweepPlan, KnowsWhereSettingsStand) {
  const SweepPlan plan =
      plan_of("[baseline]\nthreshold_km = 2\n[[vary]]\n\ndecay = \"power:2\"\n[bands]\nedges_km = [1]\n");
  ASSERT_EQ(plan.settings.size(), 2U);
  EXPECT_EQ(plan.settings[0].place, "plan.toml, line 1, baseline");
  EXPECT_EQ(plan.settings[1].place, "plan.toml, line 5, vary.decay");
  EXPECT_EQ(plan.bands_place, "plan.toml, line 7, bands.edges_km");
}

SweepResults sample_sweep() {
  SweepResults results;
  const Results sample = sample_results();
  results.populations = sample.input.populations;
  results.regions = sample.input.regions;
  results.factor = {"baseline", "threshold_km"};
  results.value = {"", "2"};
  results.unit = {"1/km", "1/km"};
  results.text = {"baseline=: threshold_km=1", "threshold_km=2: threshold_km=2"};
  for (int s = 0; s < 2; ++s) {
    SettingResult setting;
    setting.populations = sample.populations;
    setting.regions = sample.regions;
    setting.changes.resize(3);
    setting.changes[0] = {4, 0.75, 0.5, 1, 2, -0.5, kMissing, 1};
    setting.sums = {{0, 0, 2.5e-10}, {1, 1, kMissing}, {1, 0, kMissing}};
    results.settings.push_back(setting);
  }
  results.band_edges_m = {1000, 5000};
  for (int p = 0; p < 3; ++p) {
    results.bands.push_back({{0.5, 0.25, 0.25}, {0.75, 0.25, 0}, {3, {0.125, 0.375, 0.5}}});
    results.top_mean_d.push_back(0.5);
  }
  results.provenance.set("version", std::string("test"));
  results.input_provenance = sample.input.provenance;
  return results;
}

TEST(SweepFile, ReadsBackWhatWasWritten) {
  const Scratch scratch;
  const std::string path = scratch / "sweep.h5";
  const SweepResults written = sample_sweep();
  write_sweep(path, written);
  EXPECT_TRUE(problems(path).empty());
  const SweepResults read = read_sweep(path);
  EXPECT_EQ(read.factor, written.factor);
  EXPECT_EQ(read.value, written.value);
  EXPECT_EQ(read.unit, written.unit);
  EXPECT_EQ(read.text, written.text);
  ASSERT_EQ(read.settings.size(), 2U);
  EXPECT_EQ(read.settings[1].populations[0].mean_d, written.settings[1].populations[0].mean_d);
  EXPECT_EQ(read.settings[1].changes[0].kendall, 0.5);
  EXPECT_TRUE(is_missing(read.settings[1].changes[0].region_kendall));
  EXPECT_EQ(read.settings[1].sums[0].largest_error, 2.5e-10);
  EXPECT_EQ(read.settings[1].sums[1].fell_back, 1);
  EXPECT_EQ(read.settings[1].sums[2].exact, 1);
  EXPECT_EQ(read.settings[0].regions[2][1].type, 1);
  EXPECT_EQ(read.band_edges_m, written.band_edges_m);
  EXPECT_EQ(read.bands[2].regions[1], (std::vector<double>{0.125, 0.375, 0.5}));
  EXPECT_EQ(read.bands[0].top, (std::vector<double>{0.75, 0.25, 0}));
  EXPECT_EQ(read.top_mean_d, written.top_mean_d);

  SweepResults without = written;
  without.bands.clear();
  write_sweep(path, without);
  EXPECT_TRUE(read_sweep(path).bands.empty());
}

TEST(SweepFile, NamesWhatIsDamaged) {
  const Scratch scratch;
  const std::string path = scratch / "sweep.h5";
  const auto says = [&](const std::string& what) {
    const std::string error = error_of([&] { read_sweep(path); });
    EXPECT_NE(error.find(what), std::string::npos) << error;
    EXPECT_FALSE(problems(path).empty());
  };
  SweepResults bad = sample_sweep();
  bad.settings[1].changes[0].spearman = 1.5;
  write_sweep(path, bad);
  says("/population_results/spearman, index 3: 1.5 is not a correlation");
  bad = sample_sweep();
  bad.settings[0].populations[0].mean_d = -1;
  write_sweep(path, bad);
  says("/population_results/mean_d, index 0: -1 is not a finite number");
  bad = sample_sweep();
  bad.settings[1].sums[2].exact = 2;
  write_sweep(path, bad);
  says("/population_results/sums_exact, index 5: 2 is neither 0 nor 1");
  bad = sample_sweep();
  bad.bands[1].all[2] = 2;
  write_sweep(path, bad);
  says("2 is not a share");
  bad = sample_sweep();
  bad.factor[0] = "first";
  write_sweep(path, bad);
  says("the first setting is not the baseline");
  bad = sample_sweep();
  bad.factor.pop_back();
  bad.value.pop_back();
  bad.unit.pop_back();
  bad.text.pop_back();
  write_sweep(path, bad);
  says("6 rows, where 3 are needed");
}

TEST(SweepTables, AreTidy) {
  const Scratch scratch;
  export_sweep(sample_sweep(), scratch / "tables");
  const auto lines = [&](const char* name) {
    std::ifstream file(scratch / ("tables/" + std::string(name)));
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  };
  EXPECT_EQ(lines("sweep_settings.csv").size(), 1U + 2);
  EXPECT_EQ(lines("sweep_populations.csv").size(), 1U + 2 * 3);
  EXPECT_EQ(lines("sweep_regions.csv").size(), 1U + 2 * 3 * 3);
  const std::vector<std::string> bands = lines("sweep_bands.csv");
  ASSERT_EQ(bands.size(), 1U + 3 * 5 * 3);
  EXPECT_EQ(bands[0], "population,group,region,from_km,to_km,share,mean_d");
  EXPECT_EQ(bands[1], "industry,all,,0,1,0.5,0.17915");
  EXPECT_EQ(bands[6], "industry,top,,5,,0,0");
  EXPECT_EQ(bands[7], "industry,region,CR01,0,1,0.125,0.0625");
  const std::vector<std::string> populations = lines("sweep_populations.csv");
  EXPECT_EQ(populations[4].substr(0, 25), "1,threshold_km,2,industry");
  EXPECT_TRUE(populations[0].ends_with(",sums_exact,sums_fell_back,sums_largest_error")) << populations[0];
  EXPECT_TRUE(populations[1].ends_with(",0,0,2.5e-10")) << populations[1];
  EXPECT_TRUE(populations[2].ends_with(",1,1,")) << populations[2];
}

}  // namespace
}  // namespace dscore::test
