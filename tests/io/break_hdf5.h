#pragma once
// Changes to HDF5 files behind the library's back, to make broken ones.

#include <hdf5.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace dscore::test {

/// Before the first call of HDF5, as io/hdf5.cpp does: closing damaged files once more at exit would crash in HDF5.
inline const bool kNoClosingAtExit = H5dont_atexit() >= 0;

inline void good(hid_t code) {
  if (code < 0) throw std::runtime_error("HDF5 failed while the test made its file");
}

template <class T>
hid_t type_of();
template <>
inline hid_t type_of<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
inline hid_t type_of<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
inline hid_t type_of<int>() {
  return H5T_NATIVE_INT;
}
template <>
inline hid_t type_of<signed char>() {
  return H5T_NATIVE_SCHAR;
}
template <>
inline hid_t type_of<long long>() {
  return H5T_NATIVE_LLONG;
}
template <>
inline hid_t type_of<unsigned long long>() {
  return H5T_NATIVE_ULLONG;
}

class Breaker {
 public:
  explicit Breaker(const std::string& path, bool create = false)
      : file_(create ? H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)
                     : H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT)) {
    good(file_);
  }
  Breaker(const Breaker&) = delete;
  Breaker& operator=(const Breaker&) = delete;
  ~Breaker() { H5Fclose(file_); }

  Breaker& remove(const std::string& path) {
    good(H5Ldelete(file_, path.c_str(), H5P_DEFAULT));
    return *this;
  }
  Breaker& group(const std::string& path) {
    const hid_t id = H5Gcreate2(file_, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    good(id);
    H5Gclose(id);
    return *this;
  }
  template <class T>
  Breaker& put(const std::string& path, const std::vector<T>& values) {
    return put_as(path, type_of<T>(), {values.size()}, values.data());
  }
  template <class T>
  Breaker& replace(const std::string& path, const std::vector<T>& values) {
    return remove(path).put(path, values);
  }
  /// Fixed-length strings.
  Breaker& put_text(const std::string& path, const std::vector<std::string>& values) {
    std::size_t width = 1;
    for (const auto& value : values) width = std::max(width, value.size());
    std::string packed;
    for (const auto& value : values) packed += value + std::string(width - value.size(), '\0');
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, width);
    put_as(path, type, {values.size()}, packed.data());
    H5Tclose(type);
    return *this;
  }
  Breaker& put_variable_text(const std::string& path, const std::vector<std::string>& values) {
    std::vector<const char*> pointers;
    pointers.reserve(values.size());
    for (const auto& value : values) pointers.push_back(value.c_str());
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    put_as(path, type, {values.size()}, pointers.data());
    H5Tclose(type);
    return *this;
  }
  Breaker& replace_text(const std::string& path, const std::vector<std::string>& values) {
    return remove(path).put_text(path, values);
  }
  Breaker& variable_attribute(const std::string& object, const std::string& name, const char* value) {
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    const hid_t id =
        H5Acreate_by_name(file_, object.c_str(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    good(id);
    good(H5Awrite(id, type, &value));
    H5Aclose(id);
    H5Tclose(type);
    H5Sclose(space);
    return *this;
  }
  Breaker& put_as(const std::string& path, hid_t type, const std::vector<hsize_t>& shape, const void* data) {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t set = H5Dcreate2(file_, path.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    good(set);
    if (data != nullptr) good(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
    H5Dclose(set);
    H5Sclose(space);
    return *this;
  }
  Breaker& attribute(const std::string& object, const std::string& name, long long value) {
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t id = H5Acreate_by_name(file_, object.c_str(), name.c_str(), H5T_NATIVE_LLONG, space, H5P_DEFAULT,
                                       H5P_DEFAULT, H5P_DEFAULT);
    good(id);
    good(H5Awrite(id, H5T_NATIVE_LLONG, &value));
    H5Aclose(id);
    H5Sclose(space);
    return *this;
  }
  Breaker& remove_attribute(const std::string& object, const std::string& name) {
    good(H5Adelete_by_name(file_, object.c_str(), name.c_str(), H5P_DEFAULT));
    return *this;
  }

 private:
  hid_t file_;
};

}  // namespace dscore::test
