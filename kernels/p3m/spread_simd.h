#pragma once
// Masses to the nodes of the mesh, and the nodes' sums back to the locations; with the widest instructions the machine
// has (chosen at run time).

#include <cstddef>

#include "kernels/p3m/mesh.h"
#include "kernels/p3m/strips.h"

namespace dscore::p3m {

/// Adds the masses of strips first .. last - 1 to the nodes (rows x stride() of the shape).
void spread_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, double* nodes);

/// sums[slot] of strips first .. last - 1 becomes the sums at the nodes, as the window weighs them. With a response
/// (Mesh::response(width)), what the mesh returns of a location's own mass is taken off, to its last digits; without,
/// `own` times the mass.
void gather_strips(const Strips& strips, const MeshShape& shape, const MeshWindow& window, std::size_t first,
                   std::size_t last, const double* nodes, const double* response, double own, double* sums);

}  // namespace dscore::p3m
