"""The rival: the same pages on the same rows, made Django's own way.

Plain ORM, a paginator with OFFSET and count(*), Django's own templates and middleware. It checks
places by prefix as we do, and leaves out what Django does not do by itself: no audit, no masking,
no search by sound.
"""
