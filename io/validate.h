#pragma once
// `dscore validate`: all that is wrong with a file of ours.

#include <string>
#include <vector>

namespace dscore {

/// Every problem of a file of ours, each with its place (file, dataset, index); empty if the readers
/// accept it. A file that cannot be opened or is not ours is one problem.
std::vector<std::string> problems(const std::string& path);

}  // namespace dscore
