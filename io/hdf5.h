#pragma once
// The only place that talks to the HDF5 C library: handles that close themselves, and one-dimensional columns and
// scalar attributes read and written in bulk. Failures become Error naming file, dataset and reason; HDF5's own
// printing is off. Files are written in memory and handed out as bytes, so that a full disk is met by our own
// checked writes (io/atomic_file.h) and never inside HDF5, which cannot close a file it failed to flush.

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/provenance.h"
#include "kernels/error.h"

namespace dscore::hdf5 {

/// Owns an HDF5 identifier (file, group, dataset, attribute, dataspace, type or property list).
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(other.id_), close_(other.close_) { other.id_ = H5I_INVALID_HID; }
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { reset(); }

  hid_t get() const { return id_; }
  bool valid() const { return id_ >= 0; }
  /// Closes now; a negative value if HDF5 could not.
  herr_t reset();

 private:
  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

/// The reason HDF5 gives for its last failure: the innermost message of its error stack.
std::string last_reason();

/// True if the bytes begin an HDF5 file (its signature at 0, or behind a user block).
bool looks_like_hdf5(std::string_view bytes);

enum class Kind { integer, floating, text, other };

/// What a one-dimensional dataset holds.
struct ColumnInfo {
  Kind kind = Kind::other;
  std::size_t length = 0;
};

class Image;

/// An HDF5 file: one on disk opened for reading, or one in memory. Paths are absolute ("/establishments/x_m").
/// Every member throws Error; a path that is missing, not a dataset, not one-dimensional or of another type included.
class File {
 public:
  /// Opens a file on disk for reading. Error where it does not exist, is not a regular file (a pipe would be waited
  /// for), is not HDF5, or is truncated.
  static File open(const std::string& path);
  /// Opens the bytes of a file for reading; they are borrowed. `name` is for messages.
  static File view(std::string_view bytes, const std::string& name);
  /// Opens a copy of the bytes of a file for adding to it (see take_bytes).
  static File edit(std::string_view bytes, const std::string& name);
  /// A new file in memory (see take_bytes), without time stamps: same content, same bytes.
  static File create(const std::string& name);
  /// Closes a file made by `edit` or `create` and returns its bytes.
  std::string take_bytes();

  File(File&&) noexcept;
  File& operator=(File&&) noexcept;
  ~File();

  const std::string& name() const { return name_; }
  bool has(const std::string& path) const;
  void make_group(const std::string& path);
  /// Names of the datasets in a group, in the order of the alphabet.
  std::vector<std::string> datasets(const std::string& group) const;

  /// Refuses lengths that a file of this size cannot hold, so that room may be made for `length` values.
  ColumnInfo info(const std::string& path) const;
  /// T: double, int64, uint64, uint32, uint16, uint8. Integers that T cannot hold are an Error, never wrapped; a
  /// double column may be stored as integers up to 2^53.
  template <class T>
  std::vector<T> read(const std::string& path) const;
  /// Fixed-length strings. Those of variable length are an Error: HDF5 keeps them without checksums, and reads beyond
  /// its memory where they are damaged.
  std::vector<std::string> read_text(const std::string& path) const;

  /// Chunked, shuffled and deflated at level 1 (chunks are compressed in parallel).
  template <class T>
  void write(const std::string& path, std::span<const T> values);
  /// As fixed-length UTF-8, padded with zero bytes.
  void write_text(const std::string& path, const std::vector<std::string>& values);

  /// Scalar attributes of a group or dataset: strings (of fixed length, as in read_text), doubles, 64-bit integers.
  void set_attribute(const std::string& object, const std::string& name, const ProvenanceValue& value);
  std::optional<ProvenanceValue> attribute(const std::string& object, const std::string& name) const;
  /// In the order of creation where the file keeps it, else by name.
  std::vector<std::string> attribute_names(const std::string& object) const;

 private:
  File(Handle file, std::string name, std::uint64_t bytes);
  /// False if HDF5 could not; what it may still use is then kept.
  bool close();
  Handle open_dataset(const std::string& path) const;
  Handle open_object(const std::string& path) const;
  void check_size(const std::string& path, std::size_t length, std::size_t element_bytes, hid_t dataset) const;
  void write_packed(const std::string& path, hid_t type, std::span<const std::byte> data, std::size_t element_bytes);
  [[noreturn]] void fail(const std::string& path, const std::string& what) const;

  std::unique_ptr<Image> image_;  // before file_: HDF5 uses its memory until the file is closed
  Handle file_;
  std::string name_;
  std::uint64_t bytes_ = 0;  // size of the file: bounds what its datasets may claim to hold
};

}  // namespace dscore::hdf5
