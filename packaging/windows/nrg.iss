; Inno Setup: iscc packaging\windows\nrg.iss after "python packaging\dev.py build" on Windows.
; Written for Inno Setup 6 and not tried yet.
#define Version "0.1.0"

[Setup]
AppId={{6E1B0B6C-6C3E-4B59-9C5B-3B0F5B7C2A51}
AppName=NRG
AppVersion={#Version}
AppPublisher=The NRG developers
DefaultDirName={autopf}\NRG
DefaultGroupName=NRG
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=nrg-{#Version}-setup
Compression=lzma2
SolidCompression=yes
PrivilegesRequired=lowest
ChangesAssociations=yes

[Files]
Source: "..\..\dist\nrg\*"; DestDir: "{app}"; Flags: recursesubdirs

[Icons]
Name: "{group}\NRG"; Filename: "{app}\nrg.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\.nrg"; ValueType: string; ValueData: "NRG.Session"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\NRG.Session"; ValueType: string; ValueData: "NRG session"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\NRG.Session\shell\open\command"; ValueType: string; ValueData: """{app}\nrg.exe"" open ""%1"""
