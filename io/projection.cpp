#include "io/projection.h"

#include <proj.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "kernels/error.h"

namespace dscore {

namespace {

struct Close {
  void operator()(PJ_CONTEXT* context) const { proj_context_destroy(context); }
  void operator()(PJ* object) const { proj_destroy(object); }
  void operator()(PJ_OBJ_LIST* list) const { proj_list_destroy(list); }
  void operator()(PJ_OPERATION_FACTORY_CONTEXT* factory) const { proj_operation_factory_context_destroy(factory); }
};
using Context = std::unique_ptr<PJ_CONTEXT, Close>;
using Object = std::unique_ptr<PJ, Close>;

/// From one reference system to another; `name` is for messages.
struct Way {
  const char* name;
  const char* from;
  const char* to;
};
constexpr Way kToRd{"longitude and latitude to RD New", "EPSG:4326", "EPSG:28992"};
constexpr Way kFromRd{"RD New to longitude and latitude", "EPSG:28992", "EPSG:4289"};

[[noreturn]] void fail(PJ_CONTEXT* context, const Way& way, const std::string& what) {
  const int code = proj_context_errno(context);
  const char* reason = code == 0 ? nullptr : proj_errno_string(code);
  throw Error(way.name + (": " + what) + (reason == nullptr ? "" : std::string(" (") + reason + ")") +
              ". Is PROJ's database (proj.db, Debian: proj-data) installed, and PROJ_DATA or PROJ_LIB right?");
}

Context new_context(const Way& way) {
  Context context(proj_context_create());
  if (!context) throw Error(way.name + std::string(": no memory for PROJ."));
  proj_log_level(context.get(), PJ_LOG_NONE);
  proj_context_set_enable_network(context.get(), 0);
  return context;
}

Object crs(PJ_CONTEXT* context, const Way& way, const char* code) {
  Object object(proj_create(context, code));
  if (!object) fail(context, way, std::string("PROJ does not know ") + code);
  return object;
}

// The operation of the best stated accuracy that needs no grid that is not there; longitude before latitude.
Object best_operation(PJ_CONTEXT* context, const Way& way, ProjectionInfo& info) {
  const Object from = crs(context, way, way.from);
  const Object to = crs(context, way, way.to);
  const std::unique_ptr<PJ_OPERATION_FACTORY_CONTEXT, Close> factory(
      proj_create_operation_factory_context(context, nullptr));
  if (!factory) fail(context, way, "no factory of operations");
  proj_operation_factory_context_set_allow_ballpark_transformations(context, factory.get(), 0);
  proj_operation_factory_context_set_spatial_criterion(context, factory.get(),
                                                       PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
  proj_operation_factory_context_set_grid_availability_use(context, factory.get(),
                                                           PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
  const std::unique_ptr<PJ_OBJ_LIST, Close> list(proj_create_operations(context, from.get(), to.get(), factory.get()));
  Object best;
  double best_accuracy = std::numeric_limits<double>::infinity();
  for (int i = 0; list && i < proj_list_get_count(list.get()); ++i) {
    Object operation(proj_list_get(context, list.get(), i));
    if (!operation || proj_coordoperation_is_instantiable(context, operation.get()) == 0) continue;
    const bool exact = proj_get_type(operation.get()) == PJ_TYPE_CONVERSION;  // no change of datum
    const double accuracy = exact ? 0 : proj_coordoperation_get_accuracy(context, operation.get());
    if (accuracy < 0 || accuracy >= best_accuracy) continue;  // negative: not known
    best_accuracy = accuracy;
    best = std::move(operation);
  }
  if (!best) fail(context, way, std::string("PROJ has no operation from ") + way.from + " to " + way.to);
  info.accuracy_m = best_accuracy;
  info.description = proj_get_name(best.get());
  Object normal(proj_normalize_for_visualization(context, best.get()));
  if (!normal) fail(context, way, "PROJ cannot order the axes");
  return normal;
}

void transform(PJ* operation, std::span<double> x, std::span<double> y) {
  proj_trans_generic(operation, PJ_FWD, x.data(), sizeof(double), x.size(), y.data(), sizeof(double), y.size(), nullptr,
                     0, 0, nullptr, 0, 0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) x[i] = y[i] = std::numeric_limits<double>::quiet_NaN();
  }
}

ProjectionInfo project(const Way& way, std::span<double> x, std::span<double> y) {
  ProjectionInfo info;
  const Context context = new_context(way);
  const Object operation = best_operation(context.get(), way, info);
  constexpr std::size_t kChunk = 4096;
  const std::size_t chunks = (x.size() + kChunk - 1) / kChunk;
  bool good = true;
#pragma omp parallel reduction(&& : good) if (chunks > 1)
  {
    // PROJ's objects belong to one thread: each makes its own.
    Context own;
    Object mine;
#pragma omp critical(dscore_proj)
    {
      own.reset(proj_context_clone(context.get()));
      if (own) {
        proj_log_level(own.get(), PJ_LOG_NONE);
        mine.reset(proj_clone(own.get(), operation.get()));
      }
    }
    good = static_cast<bool>(mine);
#pragma omp for schedule(static)
    for (std::size_t c = 0; c < chunks; ++c) {
      const std::size_t begin = c * kChunk;
      const std::size_t size = std::min(kChunk, x.size() - begin);
      if (mine) transform(mine.get(), x.subspan(begin, size), y.subspan(begin, size));
    }
    mine.reset();  // before its context
  }
  if (!good) fail(context.get(), way, "no memory for PROJ");
  return info;
}

}  // namespace

ProjectionInfo project_to_rd(std::span<double> x, std::span<double> y) { return project(kToRd, x, y); }

ProjectionInfo project_from_rd(std::span<double> x, std::span<double> y) { return project(kFromRd, x, y); }

std::string proj_version() { return proj_info().version; }

}  // namespace dscore
