#include "host/cli/settings_flags.h"

#include <initializer_list>

#include "host/cli/settings_file.h"
#include "host/cli/validators.h"
#include "io/projection.h"
#include "kernels/error.h"

namespace dscore::cli {
namespace {

constexpr int kMostThreads = 1024;  // the OpenMP runtime crashes where it cannot start as many as it is asked for
constexpr std::initializer_list<ThresholdRule> kRules = {ThresholdRule::cap, ThresholdRule::exclude,
                                                         ThresholdRule::shift, ThresholdRule::none};
constexpr std::initializer_list<Distance> kDistances = {Distance::plane, Distance::great_circle};
constexpr std::initializer_list<Neighbours> kNeighbours = {Neighbours::establishments, Neighbours::jobs};
constexpr std::initializer_list<Device> kDevices = {Device::automatic, Device::cpu, Device::cuda};
constexpr std::initializer_list<Method> kMethods = {Method::automatic, Method::exact, Method::p3m, Method::tree};
constexpr std::initializer_list<Precision> kPrecisions = {Precision::double_, Precision::mixed};

template <class Enum>
std::vector<std::string> names_of(std::initializer_list<Enum> values) {
  std::vector<std::string> names;
  for (const Enum value : values) names.emplace_back(name_of(value));
  return names;
}

template <class Enum>
Enum by_name(std::initializer_list<Enum> values, const std::string& name) {
  for (const Enum value : values) {
    if (name == name_of(value)) return value;
  }
  throw UsageError('"' + name + "\" is not a known setting.");
}

}  // namespace

SettingsFlags::SettingsFlags(CLI::App& app, Of command)
    : rule_(name_of(values_.threshold_rule)),
      decay_(name_of(values_.decay)),
      distance_(name_of(values_.distance)),
      neighbours_(name_of(values_.neighbours)),
      device_(name_of(values_.device)),
      method_(name_of(values_.method)) {
  const std::string group = "Settings";
  if (command != Of::sweep) add_threshold(app, group);
  if (command == Of::score || command == Of::run) add_measure(app, group, command == Of::run);
  app.add_option("--device", device_, "Where to compute; auto takes a usable GPU, else the CPU")
      ->check(CLI::IsMember(names_of(kDevices)))
      ->capture_default_str()
      ->group(group);
  app.add_option("--threads", values_.threads, "CPU threads, 0: all; never changes a result")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str()
      ->group(group);
  app.add_option("--method", method_,
                 "exact: every pair; p3m, tree: fast, by a mesh or by cells (tree: CPU); auto takes the quickest")
      ->check(CLI::IsMember(names_of(kMethods)))
      ->capture_default_str()
      ->group(group);
  tolerance_ = app.add_option("--tolerance", values_.tolerance, "Largest relative error of a score, 1e-12 to 1e-3")
                   ->check(number())
                   ->capture_default_str()
                   ->group(group);
  app.add_flag("--no-check", no_check_, "Do not hold fast scores against 1,024 exact ones")->group(group);
  app.add_option("--precision", precision_, "Of --method exact: double (error below 1e-12) or mixed (below 1e-6)")
      ->check(CLI::IsMember(names_of(kPrecisions)))
      ->group(group);
  if (command != Of::sweep) add_statistics(app, group, command == Of::run);
  app.add_flag("--quiet", quiet_, "No progress, no summary: errors only")->group(group);
  add_settings_file(app, group);
}

void SettingsFlags::add_threshold(CLI::App& app, const std::string& group) {
  app.add_option("--threshold-km", values_.threshold_km, "Threshold t in km")
      ->check(number())
      ->capture_default_str()
      ->group(group);
  app.add_option("--threshold-rule", rule_, "Pairs nearer than t: cap 1/t, exclude 0, shift 1/(t+d), none 1/d")
      ->check(CLI::IsMember(names_of(kRules)))
      ->capture_default_str()
      ->group(group);
}

void SettingsFlags::add_measure(CLI::App& app, const std::string& group, bool companies) {
  app.add_option("--decay", decay_, "power:A for d^-A in place of 1/d, exponential:L for exp(-L d), L in 1/km")
      ->capture_default_str()
      ->group(group);
  cutoff_ = app.add_option("--cutoff-km", cutoff_km_, "Pairs from this distance on contribute 0; default: none")
                ->check(number())
                ->group(group);
  app.add_option("--distance", distance_, "plane (RD New) or great-circle; the latter sums every pair")
      ->check(CLI::IsMember(names_of(kDistances)))
      ->capture_default_str()
      ->group(group);
  if (!companies) return;
  app.add_option("--neighbours", neighbours_, "What a neighbour counts as: 1 (establishments), or its jobs")
      ->check(CLI::IsMember(names_of(kNeighbours)))
      ->capture_default_str()
      ->group(group);
  app.add_flag("--other-companies", values_.other_companies,
               "Neighbours of the same company do not count; --tolerance is of the sums before they are taken out")
      ->group(group);
}

void SettingsFlags::add_statistics(CLI::App& app, const std::string& group, bool regions) {
  app.add_option("--quantile-type", values_.quantile_type, "Quantiles by Hyndman and Fan, type 1 to 9 as in R")
      ->check(whole_number(1, 9))
      ->capture_default_str()
      ->group(group);
  if (regions) {
    app.add_option("--large-share", values_.large_share, "A region is large with this share of a sector's jobs")
        ->check(number())
        ->capture_default_str()
        ->group(group);
  }
}

Settings SettingsFlags::settings() const {
  Settings settings = values_;
  settings.threshold_rule = by_name(kRules, rule_);
  try {
    settings.decay = parse_decay(decay_);
  } catch (const Error& error) {
    throw UsageError(std::string("--decay: ") + error.what() + ".");
  }
  if (cutoff_ != nullptr && cutoff_->count() > 0) settings.cutoff_km = cutoff_km_;
  settings.distance = by_name(kDistances, distance_);
  settings.neighbours = by_name(kNeighbours, neighbours_);
  settings.to_degrees = [](std::span<double> x, std::span<double> y) { project_from_rd(x, y); };
  settings.device = by_name(kDevices, device_);
  settings.method = by_name(kMethods, method_);
  settings.check = !no_check_;
  if (!precision_.empty()) settings.precision = by_name(kPrecisions, precision_);
  if (settings.method == Method::exact && !settings.check) {
    throw UsageError(
        "--no-check: exact sums are not checked against anything. Leave it out, or take another --method.");
  }
  if (settings.method == Method::exact && tolerance_->count() > 0 && settings.precision) {
    throw UsageError("--tolerance and --precision both say how exact --method exact must be. Give one of them.");
  }
  check(settings);
  return settings;
}

Machine choose_machine(const Settings& settings) {
  const bool cuda =
      settings.device == Device::cuda || (settings.device == Device::automatic && cuda_unusable_because().empty());
  Machine machine;
  machine.backend = cuda ? make_cuda_backend() : make_cpu_backend(settings.threads);
  machine.kind = name_of(cuda ? Device::cuda : Device::cpu);
  return machine;
}

}  // namespace dscore::cli
