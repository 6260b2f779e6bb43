/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/export.h - marks used by the other headers. Nothing to call.
 */
#ifndef WRMF_EXPORT_H
#define WRMF_EXPORT_H

#ifdef __cplusplus
/** Before the declarations of a header: C linkage in C++. */
#define WRMF_BEGIN_DECLS extern "C" {
/** Behind the declarations of a header. */
#define WRMF_END_DECLS }
#else
#define WRMF_BEGIN_DECLS
#define WRMF_END_DECLS
#endif

#if defined(__GNUC__) || defined(__clang__)
/** A function of the public interface. */
#define WRMF_API __attribute__((visibility("default")))
/** The result must be looked at: it is a status. */
#define WRMF_MUST_CHECK __attribute__((warn_unused_result))
#else
#define WRMF_API
#define WRMF_MUST_CHECK
#endif

#endif /* WRMF_EXPORT_H */
