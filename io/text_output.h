#pragma once
// Text written block by block to a file that appears complete or not at all; packed by gzip if its name ends in .gz.

#include <memory>
#include <string>
#include <string_view>

namespace dscore {

class TextOutput {
 public:
  /// "-" is standard output. Throws Error as AtomicFile does.
  explicit TextOutput(const std::string& path);
  ~TextOutput();
  TextOutput(const TextOutput&) = delete;
  TextOutput& operator=(const TextOutput&) = delete;

  /// Text to be written goes to the end of this buffer; call `flush_if_full` now and then, for instance once a row.
  std::string& buffer();
  void flush_if_full();
  /// Writes what is left and closes the gzip stream; `commit` then gives the file its name.
  void finish();
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dscore
