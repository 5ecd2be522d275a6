# Every library the program uses, found once.
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(PkgConfig REQUIRED)
if(DSCORE_STATIC)
  set(HDF5_USE_STATIC_LIBRARIES ON)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
endif()
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(CLI11 REQUIRED)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET libhwy)

# Fourier transforms, FP64 and FP32: FFTW, or MKL, which has FFTW's interface (kernels/fft_fftw.cpp).
add_library(dscore_fft INTERFACE)
if(DSCORE_FFT STREQUAL "fftw")
  pkg_check_modules(FFTW REQUIRED IMPORTED_TARGET fftw3 fftw3f)
  target_link_libraries(dscore_fft INTERFACE PkgConfig::FFTW)
elseif(DSCORE_FFT STREQUAL "mkl")
  find_path(DSCORE_MKL_DIR fftw3.h REQUIRED HINTS ENV MKLROOT PATH_SUFFIXES include/fftw NO_DEFAULT_PATH)
  target_include_directories(dscore_fft SYSTEM INTERFACE $<BUILD_INTERFACE:${DSCORE_MKL_DIR}>)
  foreach(part IN ITEMS intel_lp64 sequential core)  # transforms of one thread: the threads are ours
    find_library(DSCORE_MKL_${part} NAMES mkl_${part} libmkl_${part}.so.2 libmkl_${part}.so.3
                 REQUIRED HINTS ENV MKLROOT PATH_SUFFIXES lib lib/intel64)
    target_link_libraries(dscore_fft INTERFACE ${DSCORE_MKL_${part}})
  endforeach()
else()
  message(FATAL_ERROR "DSCORE_FFT is '${DSCORE_FFT}'. Give fftw or mkl (with MKLROOT set).")
endif()

# toml++ (3.0.1 in Ubuntu 22.04, 3.3 in Debian 12), from its headers alone: its pkg-config file names the shared
# library. 2.5 does as well; 3.0.0 does not link, because of a function that it defines in every file.
find_path(DSCORE_TOML_DIR toml++/toml.h REQUIRED)
add_library(dscore_toml INTERFACE)
target_include_directories(dscore_toml SYSTEM INTERFACE ${DSCORE_TOML_DIR})
target_compile_definitions(dscore_toml INTERFACE TOML_HEADER_ONLY=1)

# PROJ (longitude and latitude) and ReadStat (SPSS, Stata), for `dscore import`. A build to carry along has neither:
# there is no static library of ReadStat, and PROJ needs a database beside it.
set(DSCORE_IMPORT_LIBRARIES "")
if(NOT DSCORE_STATIC)
  foreach(library IN ITEMS proj readstat)
    string(TOUPPER ${library} LIBRARY)
    find_path(DSCORE_${LIBRARY}_DIR ${library}.h REQUIRED)
    find_library(DSCORE_${LIBRARY}_LIBRARY ${library} REQUIRED)
    list(APPEND DSCORE_IMPORT_LIBRARIES ${DSCORE_${LIBRARY}_LIBRARY})
  endforeach()
endif()

# MPI, for clusters. A build to carry along has none unless it is asked for.
set(DSCORE_WITH_MPI OFF)
if(DSCORE_MPI STREQUAL "ON" OR (DSCORE_MPI STREQUAL "AUTO" AND NOT DSCORE_STATIC))
  find_package(MPI COMPONENTS C QUIET)
  if(MPI_C_FOUND)
    set(DSCORE_WITH_MPI ON)
  elseif(DSCORE_MPI STREQUAL "ON")
    message(FATAL_ERROR "DSCORE_MPI=ON, but no MPI was found. Load its module, or put its mpicc on the PATH.")
  endif()
endif()

# CUDA: nvcc gives the device code; without it the same sources make a CPU-only program.
set(DSCORE_WITH_CUDA OFF)
if(NOT DSCORE_CUDA STREQUAL "OFF")
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    if(NOT CMAKE_CUDA_ARCHITECTURES)
      set(CMAKE_CUDA_ARCHITECTURES 80-real 90)  # A100, H100/H200, and PTX for what comes after
    endif()
    enable_language(CUDA)
    if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 and older do not know that nvcc has C++20
      set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
      set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
    endif()
    set(CMAKE_CUDA_STANDARD 20)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    find_package(CUDAToolkit REQUIRED)
    set(DSCORE_WITH_CUDA ON)
  elseif(DSCORE_CUDA STREQUAL "ON")
    message(FATAL_ERROR "DSCORE_CUDA=ON, but no nvcc was found. Put it on the PATH or set CMAKE_CUDA_COMPILER.")
  endif()
endif()

# Thrust: the toolkit's where there is one, else Debian's libthrust-dev. On the CPU it runs on OpenMP.
add_library(dscore_thrust INTERFACE)
if(DSCORE_WITH_CUDA)
  set(DSCORE_THRUST_HINTS ${CUDAToolkit_INCLUDE_DIRS})
  list(TRANSFORM DSCORE_THRUST_HINTS APPEND /cccl OUTPUT_VARIABLE DSCORE_CCCL_HINTS)
  list(PREPEND DSCORE_THRUST_HINTS ${DSCORE_CCCL_HINTS})
endif()
find_path(DSCORE_THRUST_DIR thrust/version.h HINTS ${DSCORE_THRUST_HINTS} REQUIRED)
target_include_directories(dscore_thrust SYSTEM INTERFACE $<BUILD_INTERFACE:${DSCORE_THRUST_DIR}>)
target_compile_definitions(dscore_thrust INTERFACE
  "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:THRUST_DEVICE_SYSTEM=THRUST_DEVICE_SYSTEM_OMP;THRUST_IGNORE_DEPRECATED_CPP_DIALECT>>")
# Thrust 1.17 binds a reference to null where it assigns through a pointer (thrust/detail/reference.h), which the
# undefined-behaviour sanitizer would report; a null pointer that is followed ends the program with any sanitizer.
target_compile_options(dscore_thrust INTERFACE
  "$<BUILD_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=null>>")
target_link_libraries(dscore_thrust INTERFACE OpenMP::OpenMP_CXX)
